-- Tables of the first release with a database. Not changed when a release adds a migration.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE TABLE contributions (
	sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR(26) NOT NULL, 
	sender_token TEXT NOT NULL, 
	sender_role TEXT NOT NULL, 
	sender_name TEXT NOT NULL, 
	sender_iri TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	title TEXT NOT NULL, 
	language TEXT NOT NULL, 
	name TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	"key" TEXT, 
	supersedes VARCHAR(26), 
	state VARCHAR(12) NOT NULL, 
	pending BOOLEAN NOT NULL, 
	UNIQUE (sender_token, "key"), 
	UNIQUE (id)
);
CREATE TABLE counts (
	subject VARCHAR(20) NOT NULL, 
	address VARCHAR(32) NOT NULL, 
	period BIGINT NOT NULL, 
	count INTEGER NOT NULL, 
	PRIMARY KEY (subject, address)
);
CREATE TABLE events (
	sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	contribution VARCHAR(26) NOT NULL, 
	verb VARCHAR(10) NOT NULL, 
	by_token TEXT NOT NULL, 
	by_role TEXT NOT NULL, 
	by_name TEXT NOT NULL, 
	by_iri TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	reason TEXT NOT NULL, 
	successor VARCHAR(26), 
	gone JSON NOT NULL, 
	returned JSON NOT NULL, 
	FOREIGN KEY(contribution) REFERENCES contributions (id)
);
CREATE TABLE installation (
	base TEXT NOT NULL, 
	secret BLOB NOT NULL, 
	PRIMARY KEY (base)
);
CREATE TABLE invitations (
	sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR(12) NOT NULL, 
	role TEXT NOT NULL, 
	name TEXT NOT NULL, 
	iri TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	created VARCHAR(32) NOT NULL, 
	expires VARCHAR(32) NOT NULL, 
	redeemed VARCHAR(32), 
	revoked VARCHAR(32), 
	UNIQUE (id)
);
CREATE TABLE payloads (
	contribution VARCHAR(26) NOT NULL, 
	part VARCHAR(10) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (contribution, part), 
	FOREIGN KEY(contribution) REFERENCES contributions (id)
);
CREATE TABLE remarks (
	sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR(26) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	size INTEGER NOT NULL, 
	remark JSON NOT NULL, 
	answer JSON, 
	UNIQUE (id)
);
CREATE TABLE taken_over (
	name TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE tokens (
	sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR(12) NOT NULL, 
	role TEXT NOT NULL, 
	name TEXT NOT NULL, 
	iri TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	created VARCHAR(32) NOT NULL, 
	revoked VARCHAR(32), 
	UNIQUE (id)
);
CREATE INDEX ix_contributions_state ON contributions (state);
CREATE INDEX ix_remarks_state ON remarks (state);
CREATE INDEX events_by ON events (by_token, verb, at);
CREATE INDEX ix_events_contribution ON events (contribution);
INSERT INTO installation VALUES ('https://w3id.org/gcmgraph/', X'00');
INSERT INTO alembic_version VALUES ('0001');
