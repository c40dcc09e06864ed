# ruff: noqa: E501 - a case stands on one line
"""The same said in every language gives the same: who leads, who takes part, where, and since when."""

from __future__ import annotations

import pytest
from practice_pages import ReadPractice

from gcmreader.extraction.clauses import Found
from gcmreader.extraction.entities.named import Organisation


def slugs(found: tuple[Found[Organisation], ...]) -> list[str]:
    return sorted(one.value.slug for one in found)


LEADS = [
    # each state of several, wherever it is told
    ("en", "Desks", "Several countries have desks. Ghana has opened a desk in its ports. The government of Mali created a desk for all.", ["government-gha", "government-mli"]),
    ("fr", "Guichets", "Plusieurs pays ont des guichets. Le Ghana a ouvert un guichet dans ses ports. Le Gouvernement malien a créé un guichet pour tous.", ["government-gha", "government-mli"]),
    ("es", "Ventanillas", "Varios países tienen ventanillas. Ghana ha abierto una ventanilla en sus puertos. El Gobierno de Malí creó una ventanilla para todos.", ["government-gha", "government-mli"]),
    # the government of the country named before
    ("en", "Desk", "In Ghana, the government has opened a desk.", ["government-gha"]),
    ("fr", "Guichet", "Au Ghana, le gouvernement a ouvert un guichet.", ["government-gha"]),
    ("es", "Ventanilla", "En Ghana, el Gobierno ha abierto una ventanilla.", ["government-gha"]),
    # the parties of an agreement
    ("en", "Agreements on desks", "For example, the memorandum signed between Ghana and Mali sets the fees.", ["government-gha", "government-mli"]),
    ("fr", "Accords sur les guichets", "Par exemple, le mémorandum signé entre le Ghana et le Mali fixe les frais.", ["government-gha", "government-mli"]),
    ("es", "Acuerdos sobre ventanillas", "Por ejemplo, el memorando firmado entre Ghana y Malí fija las tasas.", ["government-gha", "government-mli"]),
    # whose the practice is by its name, or by its title
    ("en", "Network of Desks", "The Network of Desks (ND) of the European Union gives advice.", ["eu"]),
    ("fr", "Réseau de guichets", "Le Réseau de guichets (RG) de l'Union européenne donne des conseils.", ["eu"]),
    ("es", "Red de Ventanillas", "La Red de Ventanillas (RV) de la Unión Europea da consejos.", ["eu"]),
    ("en", "Desk", "This initiative of the European Union eases work.", ["eu"]),
    ("fr", "Guichet", "Cette initiative de l'Union européenne facilite le travail.", ["eu"]),
    ("es", "Ventanilla", "Esta iniciativa de la Unión Europea facilita el trabajo.", ["eu"]),
    # an adverbial before the names
    ("en", "Desk", "In 2016, UNICEF, IOM and UNHCR launched a desk.", ["iom", "unhcr", "unicef"]),
    ("fr", "Guichet", "En 2016, l'UNICEF, l'OIM et le HCR ont lancé un guichet.", ["iom", "unhcr", "unicef"]),
    ("es", "Ventanilla", "En 2016, el UNICEF, la OIM y el ACNUR lanzaron una ventanilla.", ["iom", "unhcr", "unicef"]),
    # a passive in the text, its partner in another
    ("en", "Desk", "The desk, implemented by IOM and funded by the European Union, is open.", ["iom"]),
    ("fr", "Guichet", "Le guichet, mis en œuvre par l'OIM et financé par l'Union européenne, est ouvert.", ["iom"]),
    ("es", "Ventanilla", "La ventanilla, puesta en marcha por la OIM y financiada por la Unión Europea, está abierta.", ["iom"]),
    # an act, a plan, a document lead nothing; nor does who is cited
    ("en", "Desk", "The Desk Act and the National Strategy set the fees (IOM, 2019).", []),
    ("fr", "Guichet", "La Loi sur les guichets et la Stratégie nationale fixent les frais (OIM, 2019).", []),
    ("es", "Ventanilla", "La Ley de Ventanillas y la Estrategia Nacional fijan las tasas (OIM, 2019).", []),
    # what a state lets people do
    ("en", "Desks", "Ghana allows all workers to open a desk.", ["government-gha"]),
    ("fr", "Guichets", "Le Ghana permet à tous les travailleurs d'ouvrir un guichet.", ["government-gha"]),
    ("es", "Ventanillas", "Ghana permite a todos los trabajadores abrir una ventanilla.", ["government-gha"]),
    ("en", "Desks", "Ghana was the first country to open a desk.", ["government-gha"]),
    ("fr", "Guichets", "Le Ghana est le premier pays à ouvrir un guichet.", ["government-gha"]),
    ("es", "Ventanillas", "Ghana es el primer país en abrir una ventanilla.", ["government-gha"]),
    ("en", "Guide", "The guidelines were published by IOM.", ["iom"]),
    ("fr", "Guide", "Les directives ont été publiées par l'OIM.", ["iom"]),
    ("es", "Guía", "Las directrices fueron publicadas por la OIM.", ["iom"]),
    # what a country has by its title, where nobody else has a part
    ("en", "Ghana’s National Desk Mechanism", "The mechanism is open to all.", ["government-gha"]),
    ("fr", "Mécanisme national de guichets du Ghana", "Le mécanisme est ouvert à tous.", ["government-gha"]),
    ("es", "Mecanismo nacional de ventanillas de Ghana", "El mecanismo está abierto a todos.", ["government-gha"]),
    # what a body has
    ("en", "Desks", "Ghana's Ministry of Fish has several programmes for all.", ["ministry-of-fish"]),
    ("fr", "Guichets", "Le Ministère de la pêche du Ghana dispose d'un programme pour tous.", ["ministere-de-la-peche-du-ghana"]),
    ("es", "Ventanillas", "El Ministerio de Pesca de Ghana cuenta con un programa para todos.", ["ministerio-de-pesca-de-ghana"]),
    # who adopted the act that is cited
    ("en", "Desks", "The Convention on Desks, adopted by the Desk Assembly of Accra, is read at the desk.", []),
    ("fr", "Guichets", "La Convention sur les guichets, adoptée par l'Assemblée des guichets, est lue au guichet.", []),
    ("es", "Ventanillas", "La Convención de Ventanillas, aprobada por la Asamblea de Ventanillas, se lee aquí.", []),
    # persons are no organisations; who heads one acts for it
    ("es", "Ventanillas", "El Relator Especial creó una ventanilla.", []),
    ("fr", "Guichets", "La Directrice générale de l'UNICEF a créé un guichet.", ["unicef"]),
    ("es", "Ventanillas", "La Directora Ejecutiva del UNICEF creó una ventanilla.", ["unicef"]),
    # a known acronym tells who it is
    ("fr", "Guichets", "L'Organisation mondiale des migrations (OIM) a créé un guichet.", ["iom"]),
    # states that do anything, where nobody else leads; the authorities of a country
    ("en", "Desks", "In Ghana, the authorities opened desks.", ["government-gha"]),
    ("fr", "Guichets", "Au Ghana, les autorités ont ouvert des guichets.", ["government-gha"]),
    ("es", "Ventanillas", "En Ghana, las autoridades abrieron ventanillas.", ["government-gha"]),
    # what a country is, or whom it hosts, is nothing that it does
    ("en", "Desks", "Ghana hosts more than 500 workers. UNHCR opened a desk.", ["unhcr"]),
    ("fr", "Guichets", "Le Ghana accueille plus de 500 travailleurs. Le HCR a ouvert un guichet.", ["unhcr"]),
    ("es", "Ventanillas", "Ghana acoge a más de 500 trabajadores. El ACNUR abrió una ventanilla.", ["unhcr"]),
    ("fr", "Guichets", "Le Ghana est un pays de transit.", []),
    ("es", "Ventanillas", "Ghana es un país de tránsito.", []),
    # at the initiative of a state
    ("en", "Desks", "At the initiative of Ghana, a desk was opened.", ["government-gha"]),
    ("fr", "Guichets", "À l'initiative du Ghana, un guichet a été ouvert.", ["government-gha"]),
    ("es", "Ventanillas", "Por iniciativa de Ghana, se abrió una ventanilla.", ["government-gha"]),
    # an organisation named in an insertion has no part in the verb
    ("en", "Desk", "The Government of Ghana, in partnership with farmers and UNICEF, has set up a desk.", ["government-gha"]),
    ("fr", "Guichet", "Le Gouvernement ghanéen, en partenariat avec les agriculteurs et l'UNICEF, a défini un guichet.", ["government-gha"]),
    ("es", "Ventanilla", "El Gobierno de Ghana, en asociación con los agricultores y el UNICEF, ha definido una ventanilla.", ["government-gha"]),
    # the country that the title names
    # a common noun for a body is no name
    ("fr", "Guichet", "Le Centre de formation, géré par l'OIM, propose des cours.", ["iom"]),
    ("es", "Ventanilla", "El Centro de formación, gestionado por la OIM, ofrece cursos.", ["iom"]),
    # whose a practice is
    ("fr", "Guichet", "Le service, rattaché au Ministère de la pêche du Ghana, est ouvert à tous.", ["ministere-de-la-peche-du-ghana"]),
    ("es", "Ventanilla", "El servicio, adscrito al Ministerio de Pesca de Ghana, está abierto a todos.", ["ministerio-de-pesca-de-ghana"]),
    ("fr", "Guichet", "Le portail de l'OIM permet de trouver un emploi. L'UNICEF est cité.", ["iom"]),
    ("es", "Ventanilla", "El portal de la OIM permite encontrar empleo. Se cita al UNICEF.", ["iom"]),
    ("fr", "Guichet", "Il s'agit d'un programme de l'OIM pour tous. L'UNICEF est cité.", ["iom"]),
    ("es", "Ventanilla", "Se trata de un programa de la OIM para todos. Se cita al UNICEF.", ["iom"]),
    ("fr", "Guichet", "La gestion du guichet a été confiée à l'OIM. L'UNICEF est cité.", ["iom"]),
    ("es", "Ventanilla", "La gestión de la ventanilla se encomendó a la OIM. Se cita al UNICEF.", ["iom"]),
    ("fr", "Guichet", "L'OIM est chargée de la gestion du guichet. L'UNICEF est cité.", ["iom"]),
    ("es", "Ventanilla", "La OIM se encarga de la gestión de la ventanilla. Se cita al UNICEF.", ["iom"]),
    # a participle that only ends like one of leading; a noun that ends like a participle
    ("fr", "Guichets", "Le guichet est soutenu par l'OIM et l'UNICEF.", []),
    ("es", "Ventanillas", "Un proyecto financiado por la OIM y el UNICEF abre la ventanilla.", []),
    # the agent of a later participle
    ("en", "Desk", "The desk, launched in 2018 and funded by the European Union, is open.", []),
    ("fr", "Guichet", "Le guichet, lancé en 2018 et financé par l'Union européenne, est ouvert.", []),
    ("es", "Ventanilla", "La ventanilla, creada en 2018 y financiada por la Unión Europea, está abierta.", []),
    # what the practice is based on, or applies
    ("fr", "Guichet", "Le guichet s'inspire des principes élaborés par l'OIM. L'UNICEF a ouvert le guichet.", ["unicef"]),
    ("es", "Ventanilla", "La ventanilla se inspira en los principios elaborados por la OIM. El UNICEF abrió la ventanilla.", ["unicef"]),
    ("fr", "Guichet", "Le guichet applique la Convention adoptée par l'Organisation internationale du Travail. L'UNICEF a ouvert le guichet.", ["unicef"]),
    ("es", "Ventanilla", "La ventanilla aplica el Convenio aprobado por la Organización Internacional del Trabajo. El UNICEF abrió la ventanilla.", ["unicef"]),
    # cities that act together
    ("en", "Desks", "Three cities (Quito, Medellín and Montevideo) have opened desks.", ["city-of-medellin", "city-of-montevideo", "city-of-quito"]),
    ("fr", "Guichets", "Trois villes (Quito, Medellín et Montevideo) ont ouvert des guichets.", ["city-of-medellin", "city-of-montevideo", "city-of-quito"]),
    ("es", "Ventanillas", "Tres ciudades (Quito, Medellín y Montevideo) han abierto ventanillas.", ["city-of-medellin", "city-of-montevideo", "city-of-quito"]),
    # an insertion between auxiliary and participle; whom one works with
    ("fr", "Guichet", "L'OIM a, avec l'appui de l'UNICEF, ouvert un guichet.", ["iom"]),
    ("fr", "Guichet", "L'OIM a collaboré avec l'UNICEF pour ouvrir un guichet.", ["iom"]),
    ("es", "Ventanilla", "La OIM colabora con el UNICEF para abrir una ventanilla.", ["iom"]),
    # a subject with a date after its verb is no adverbial
    ("fr", "Guichet", "Face à la crise, le Ghana a ouvert en mars 2020 un guichet, puis un autre.", ["government-gha"]),
    ("es", "Ventanilla", "Ante la crisis, el Perú abrió en marzo de 2020 una ventanilla, y luego otra.", ["government-per"]),
    # a state beside an organisation; a government that acts later; who acts on the practice by its title
    ("en", "Desk", "Ghana and UNICEF opened a desk.", ["government-gha", "unicef"]),
    ("fr", "Guichet", "Le Ghana et l'UNICEF ont ouvert un guichet.", ["government-gha", "unicef"]),
    ("es", "Ventanilla", "Ghana y el UNICEF abrieron una ventanilla.", ["government-gha", "unicef"]),
    ("fr", "Guichet", "L'UNICEF a ouvert un guichet. Il est bleu. Le Gouvernement ghanéen a créé un autre guichet.", ["government-gha", "unicef"]),
    ("es", "Ventanilla", "El UNICEF abrió una ventanilla. Es azul. El Gobierno de Ghana creó otra.", ["government-gha", "unicef"]),
    # the one organisation that is named, unless aside
    ("en", "Desks", "States can turn to the recommendations of UNHCR.", ["unhcr"]),
    ("fr", "Guichets", "Les États peuvent se référer aux recommandations du HCR.", ["unhcr"]),
    ("es", "Ventanillas", "Los Estados pueden consultar las recomendaciones del ACNUR.", ["unhcr"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "body", "leads"), LEADS)
def test_leads(practice: ReadPractice, language: str, title: str, body: str, leads: list[str]) -> None:
    assert slugs(practice(language, body, title).leads) == leads


@pytest.mark.parametrize(
    ("language", "body", "partners"),
    [
        ("en", "The alliance, bringing together UNICEF, the Red Cross of Ghana and IOM, grows.", ["iom", "red-cross-of-ghana", "unicef"]),
        ("fr", "L'alliance réunit l'UNICEF, la Croix-Rouge ghanéenne et l'OIM.", ["croix-rouge-ghaneenne", "iom", "unicef"]),
        ("es", "La alianza, que reúne al UNICEF, la Cruz Roja de Ghana y la OIM, crece.", ["cruz-roja-de-ghana", "iom", "unicef"]),
        ("fr", "L'OIM tient un guichet. Parmi les partenaires figurent l'UNICEF et le HCR.", ["unhcr", "unicef"]),
        ("es", "La OIM tiene una ventanilla. Entre los asociados figuran el UNICEF y el ACNUR.", ["unhcr", "unicef"]),
        ("en", "With the support of UNICEF and Ghana, Mali opened desks.", ["government-gha", "unicef"]),
        ("fr", "Avec l'appui de l'UNICEF et du Ghana, le Mali a ouvert des guichets.", ["government-gha", "unicef"]),
        ("es", "Con el apoyo del UNICEF y Ghana, Malí abrió ventanillas.", ["government-gha", "unicef"]),
        ("fr", "Le guichet, appuyé par l'UNICEF et le Ghana, est ouvert.", ["government-gha", "unicef"]),
        ("fr", "L'OIM a travaillé avec l'Académie nationale du Ghana pour ouvrir un guichet.", ["academie-nationale-du-ghana"]),
        ("es", "Gracias a una donación de 20 millones de dólares del UNICEF, se abrió una ventanilla.", ["unicef"]),
    ],
)  # fmt: skip
def test_partners(practice: ReadPractice, language: str, body: str, partners: list[str]) -> None:
    assert slugs(practice(language, body).partners) == partners


@pytest.mark.parametrize(
    ("language", "body", "involved"),
    [
    ],
)  # fmt: skip
def test_a_known_name_without_a_role_is_involved(
    practice: ReadPractice, language: str, body: str, involved: list[str]
) -> None:
    reading = practice(language, body)
    assert (reading.leads, reading.partners, slugs(reading.involved)) == ((), (), involved)


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Four cities (Quito, Medellín and Montevideo among them) have desks."),
        ("fr", "Quatre villes (Quito, Medellín et Montevideo notamment) ont des guichets."),
        ("es", "Cuatro ciudades (Quito, Medellín y Montevideo entre ellas) tienen ventanillas."),
    ],
)
def test_the_cities_of_a_list_of_towns_are_involved(practice: ReadPractice, language: str, body: str) -> None:
    assert slugs(practice(language, body).involved) == ["city-of-medellin", "city-of-montevideo", "city-of-quito"]


@pytest.mark.parametrize(
    ("language", "title", "body", "countries"),
    [
        ("en", "Ghana’s desk", "The desk is open to all.", {"GHA"}),
        ("fr", "Le guichet du Ghana", "Le guichet est ouvert à tous.", {"GHA"}),
        ("es", "La ventanilla de Ghana", "La ventanilla está abierta a todos.", {"GHA"}),
        ("en", "Desks: Mali", "The desks are open to all.", {"MLI"}),
        ("fr", "Guichets : Mali", "Les guichets sont ouverts à tous.", {"MLI"}),
        ("es", "Ventanillas: Malí", "Las ventanillas están abiertas a todos.", {"MLI"}),
        ("en", "Desks", "Countries such as Ghana and Mali have opened desks.", {"GHA", "MLI"}),
        ("fr", "Guichets", "Des pays comme le Ghana et le Mali ont ouvert des guichets.", {"GHA", "MLI"}),
        ("es", "Ventanillas", "Países como Ghana y Malí han abierto ventanillas.", {"GHA", "MLI"}),
        ("en", "Desks", "The labour inspectorate of Ghana is an example.", {"GHA"}),
        ("fr", "Guichets", "L'inspection du travail du Ghana est un exemple.", {"GHA"}),
        ("es", "Ventanillas", "La inspección de trabajo de Ghana es un ejemplo.", {"GHA"}),
        ("en", "Desks", "The project, funded by Denmark, trained 30 people in Ghana.", {"GHA"}),
        ("fr", "Guichets", "Le projet, financé par le Danemark, a permis de former 30 personnes au Ghana.", {"GHA"}),
        ("es", "Ventanillas", "El proyecto, financiado por Dinamarca, permitió formar a 30 personas en Ghana.", {"GHA"}),
        ("en", "Desks", "IOM helped the Government of Ghana to open desks.", {"GHA"}),
        ("en", "Desks", "The City of Quito opened desks.", {"ECU"}),
        ("es", "Ventanillas", "La OIM abrió ventanillas en tres países: la República Islámica del Irán, la República del Iraq y Malí.", {"IRN", "IRQ", "MLI"}),
        ("fr", "Guichets", "À Malte, les guichets sont ouverts à tous.", {"MLT"}),
        ("fr", "Guichets", "Le Programme national de guichets du Ghana est ouvert à tous.", {"GHA"}),
        ("es", "Ventanillas", "El Plan de Ventanillas Universales de Ghana está abierto a todos.", {"GHA"}),
        ("es", "Ventanillas", "Hay ventanillas en varias ciudades: Quito, Túnez y Montevideo.", {"ECU", "TUN", "URY"}),
        ("en", "Desks", "The desk for people who left Mali is closed to those from Ghana.", set()),
        ("fr", "Guichets", "Le guichet pour les personnes parties du Mali est fermé aux ressortissants du Ghana.", set()),
        ("es", "Ventanillas", "La ventanilla para personas procedentes de Malí está cerrada a los nacionales de Ghana.", set()),
        ("en", "Help for Malian workers", "The help is given by telephone.", set()),
        ("fr", "Aide aux travailleurs maliens", "L'aide est donnée par téléphone.", set()),
        ("es", "Ayuda a trabajadores malienses", "La ayuda se da por teléfono.", set()),
        ("en", "Desks", "Four cities (Quito, Medellín and Montevideo among them) have desks.", {"ECU", "COL", "URY"}),
        ("fr", "Guichets", "Quatre villes (Quito, Medellín et Montevideo notamment) ont des guichets.", {"ECU", "COL", "URY"}),
        ("es", "Ventanillas", "Cuatro ciudades (Quito, Medellín y Montevideo entre ellas) tienen ventanillas.", {"ECU", "COL", "URY"}),
    ],
)  # fmt: skip
def test_countries(practice: ReadPractice, language: str, title: str, body: str, countries: set[str]) -> None:
    assert {c.value.value.rsplit("/", 1)[1] for c in practice(language, body, title).countries} == countries


@pytest.mark.parametrize(
    ("language", "body", "start"),
    [
        ("en", "The card is free. It is for all. It opens every door. Launched by the mayor of Puebla in January 2015, it is blue.", "2015-01"),
        ("fr", "La carte est gratuite. Elle est pour tous. Elle ouvre toutes les portes. Lancée par le maire de Puebla en janvier 2015, elle est bleue.", "2015-01"),
        ("es", "La tarjeta es gratuita. Es para todos. Abre todas las puertas. Lanzada por el alcalde de Puebla en enero de 2015, es azul.", "2015-01"),
        ("en", "In 2019, the assessment of desks in Ghana found that few are open.", None),
        ("fr", "En 2019, l'évaluation des guichets créés au Ghana a montré que peu sont ouverts.", None),
        ("es", "En 2019, la evaluación de las ventanillas creadas en Ghana mostró que pocas están abiertas.", None),
        ("en", "IOM keeps the desk. It is for all. It keeps to the standards set out in 2010.", None),
        ("fr", "L'OIM tient le guichet. Il est pour tous. Il suit les normes établies en 2010.", None),
        ("es", "La OIM lleva la ventanilla. Es para todos. Sigue las normas establecidas en 2010.", None),
        ("en", "The Ghana-Mali Agreement of 2012 is on desks.", None),
        ("fr", "À la fin de l'année 2019, l'OIM a ouvert un guichet.", "2019"),
        ("es", "A fines de 2019, la OIM abrió una ventanilla.", "2019"),
        ("es", "La OIM aplica el método de ventanillas de 2012 y abre una.", None),
    ],
)  # fmt: skip
def test_starts(practice: ReadPractice, language: str, body: str, start: str | None) -> None:
    period = practice(language, body).period
    assert (period.start and str(period.start.value)) == start


@pytest.mark.parametrize(
    ("language", "title", "body", "end"),
    [
        ("en", "Towards desks for all", 'In March 2019, IOM organized a panel entitled "Towards desks for all".', "2019-03"),
        ("es", "Hacia ventanillas para todos", 'En marzo de 2019, la OIM organizó una mesa redonda titulada "Hacia ventanillas para todos".', "2019-03"),
        ("en", "Desk", 'In March 2019, IOM organized a panel entitled "Towards desks for all".', None),
        ("fr", "Guichet", "L'OIM a ouvert en 2015 un guichet qui prendra fin en 2024.", "2024"),
        ("fr", "Guichet", "L'OIM a ouvert un guichet d'avril 2018 à mai 2020.", "2020-05"),
        ("es", "Ventanilla", "La OIM abrió en 2015 una ventanilla que concluirá en 2024.", "2024"),
        ("es", "Ventanilla", "La OIM abrió una ventanilla de enero de 2018 al 31 de marzo de 2019.", "2019-03-31"),
    ],
)  # fmt: skip
def test_ends(practice: ReadPractice, language: str, title: str, body: str, end: str | None) -> None:
    period = practice(language, body, title).period
    assert (period.end and str(period.end.value)) == end


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "In 2019, the Governor of the State of California signed the bill."),
        ("fr", "En 2019, le gouverneur de l'État de Californie a signé le projet."),
        ("es", "En 2019, el Gobernador del Estado de California firmó el proyecto."),
    ],
)
def test_who_holds_an_office_acts_for_its_organisation(practice: ReadPractice, language: str, body: str) -> None:
    reading = practice(language, body)
    assert slugs(reading.leads) == ["government-of-california"]
    assert {c.value.value.rsplit("/", 1)[1] for c in reading.countries} == {"USA"}
