CREATE TABLE name (
    resource TEXT NOT NULL, text TEXT NOT NULL, language TEXT, code INTEGER NOT NULL, rank INTEGER NOT NULL,
    folded TEXT NOT NULL, compact TEXT NOT NULL
);
CREATE INDEX folded ON name (folded);
CREATE INDEX compact ON name (compact);
CREATE INDEX named ON name (resource);
CREATE TABLE text (resource TEXT NOT NULL, text TEXT NOT NULL, language TEXT, folded TEXT NOT NULL);
CREATE INDEX described ON text (resource);
CREATE TABLE document (number INTEGER PRIMARY KEY, resource TEXT NOT NULL);
CREATE INDEX documented ON document (resource);
CREATE TABLE about (resource TEXT NOT NULL, other TEXT NOT NULL, share REAL);
CREATE INDEX subject ON about (resource);
CREATE VIRTUAL TABLE word USING fts5 (
    names, texts, related, names_written, texts_written,
    content = '', prefix = '3', tokenize = "ascii tokenchars './-'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (word, 'row');
CREATE TABLE passage (address TEXT, text TEXT, language TEXT, page TEXT, about TEXT, folded TEXT);
CREATE INDEX passage_address ON passage (address);
CREATE VIRTUAL TABLE passage_word USING fts5 (words, content = '', tokenize = "ascii tokenchars './-'");
