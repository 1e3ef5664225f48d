"""What people write: item codes in every spelling, and what looks like one and is none."""

SPELLINGS = {
    code: [said for line in lines for said in line.split(" | ")]
    for code, lines in {
        "EL 02": [
            "I-EL 2 | I-EL 02 | el2 | EL2 | EL-2 | EL-02 | EL 2 | EL02 | EL_02 | EL.02 | El-02 | i-el 02 | I EL 2",
            "I–EL 2 | EL – 02 | EL‑02 | EL\u00a002 | EL #2 | EL no. 2 | EL No 2 | EL item 2 | EL item no. 2 | EL number 2 | IEL2",
            "I-EL-02 | I-EL02 | EL002 | item EL 2 | (EL 02) | [EL-02] | EL 02. | EL 02: | EL 02! | 'EL 02'",
            "Fwd: EL 02 | EL 02 - 3 files | EL 02, 2 pages | EL 02 (3 of 5) | 2013-14 EL 02 | SVUSD_EL02_roster",
        ],
        "CE 07": [
            "CE 7 | CE07 | II-CE 07 | ce 7 | Ce 7 | II-CE 7 | ce-07 | CE 7 minutes | ce 7 attached | II.CE 07"
        ],
        "CE 08": ["II-CE 08 | CE 8 | CE-8 | II CE 8 | IICE08"],
        "EL 14": [
            "IV-EL 14 | iv-el 14 | EL 14 | finding EL 14 | Finding on EL 14 | findings: EL-14 | finding for item EL 14"
        ],
        "EL 21": ["VII-EL 21 | EL21 | el-21"],
        "NorD 03": ["NorD 3 | NORD 03 | nord3 | NorD-03"],
        "S&DATE 01": ["S&DATE 1 | S & DATE 1 | s&date-01 | S&Date1"],
        "Cal-SAFE 02": ["Cal-SAFE 2 | CalSAFE 2 | Cal SAFE 02 | CAL-SAFE-2 | cal‑safe 2"],
        "UCP 03": ["UCP 3 | ucp03 | UCP-3"],
        "HIV 01": ["HIV 1 | hiv-1"],
    }.items()
}

# Nothing in these may be read as a code, not even in doubt.
NO_CODE = [
    # Spanish dates and prose
    "Adjunto la lista firmada el 2 de diciembre.",
    "La junta fue el 14 de noviembre a las seis.",
    "El 2 de diciembre tendremos la elección del comité.",
    "EL 2 DE DICIEMBRE SE REÚNE EL COMITÉ",
    "Nos vemos el 5 por la tarde",
    "El 7 a las 3 nos reunimos en la biblioteca.",
    "Se firmó el 20 mayo 2013",
    "La reunión es el 3 del mes próximo.",
    "El 1 nos visita la consultora.",
    "el 12 al 14 de enero",
    # English words that are also program codes
    "Please call me 2 times before noon.",
    "Send me 2 copies of the roster.",
    "She gave me 3 folders yesterday.",
    "He 2 weeks ago promised to answer.",
    "I told him and he 4 days later agreed.",
    "Meet at gate 2 of the district office.",
    "It took me 10 minutes to scan.",
    # times
    "We start EL 10:30 sharp",
    "The ELAC meets at 10:30, EL 9:15 class is moved",
    "PE 1st period and PE 2nd period",
    "CE 10 am to 11 am",
    "See you EL 4 p.m. in the library",
    # dates behind letters
    "Minutes EL 12/3/2013",
    "Agenda CE 11-22-13",
    "ledger EL 12/2013",
    "CE 11.22.2013 minutes",
    # rooms, telephones, addresses
    "The meeting is in room CE 12.",
    "Rm EL 4, second floor",
    "Bldg. CE 7, portable PE 3",
    "Fax EL 12, phone (916) 319-0935",
    "Call 916-319-0935 ext. EL 5",
    "Tel. 555-0102",
    "Channel PE 2",
    "Aula EL 3",
    # money, per cent, counts
    "We spent CE 12,500 on materials.",
    "EL 14% of all pupils, CE 20 %",
    "Title III paid $12,500.50 in 2013",
    # codes and numbers of other kinds
    "CDS code 99-10001-6000011",
    "Resource 3010, object code 4300",
    "Grade EL 5",
    "label 2, model 7, parcel 3, channel 14",
    "Daniel 2 and Noel 3 signed the sheet.",
    "Vice 2 of 3, ICE 9 and SPICE 4",
    "ELAC 2013 and DELAC 2014",
    "FPM 2013-14, PI Year 3",
    "CE 101, EL 205, FM 1000",
    "EL2A, CE8b, EL02x",
    "EL 0, CE 00",
    "The ELs 14 and older",
    # addresses and links
    "Write to el2@district.example or ce-8@coe.org",
    "evidence+EL-02@cais.example",
    "https://drive.google.com/el-2/roster",
    "www.district.org/ce-08/minutes.html",
    "See district.k12.us/EL-14 and el2.org",
    # sentences that end in a program
    "We discussed EL. 14 members were present.",
    "We discussed EL; 14 members were present.",
    "This is about EL\n14 members were present.",
    "All of it is for CE: 8 copies.",
    # ordinary business
    "Attached please find our roster.",
    "See pages 4 to 9 of the handbook.",
    "Our 3 schools sent 12 files.",
    "Version 2 of the SPSA, revision 3",
    "I am out of the office until September 28.",
    "Thanks! Ana Ruiz, 12 Main Street",
]

# In these a code may be seen, but never surely: we ask.
DOUBTFUL = [
    "La junta es el 14",
    "Adjunto el 2 y el 3",
    "El 2 roster",
    "EL 2 files attached",
    "we have EL 30 students",
    "el 2",
    "Pe 3 is ready",
    "cd 2 of the recordings",
    "EL 2.1",
    "EL 02 (a)",
    "EL 02 and 14",
    "EL 2-4",
    "EL 02, 14",
    "EL 02 and\n14 are attached",
    "EL 02 and 14.",
]
