"""Parts from which the names of made-up groups, providers and people are put together. Nobody here exists."""

from __future__ import annotations

PLACES = (
    "Alder Row", "Bank Top", "Beacon Hill", "Bell Lane", "Birchfold", "Bobbin Street", "Brookside", "Canal Side",
    "Carder's Yard", "Chapel Brow", "Clough End", "Corn Hill", "Crooked Lane", "Dye House", "Eastgate", "Elm Terrace",
    "Fold Lane", "Foundry Street", "Glebe Road", "Hawthorn Bank", "High Meadow", "Hollin Close", "Jubilee Walk",
    "Kiln Bank", "Lantern Hill", "Larkfield", "Lock Cottage", "Long Acre", "Loom Street", "Lower Fold", "Manor Rise",
    "Market Street", "Moss Side Lane", "Nook Farm", "Orchard Park", "Packhorse", "Pit Brow", "Quarry Bank", "Reservoir",
    "Rope Walk", "Ryecroft", "Sandy Brow", "Shuttle Row", "Slate Street", "Spinners", "Stonecross", "Swallow Dale",
    "Tenter Field", "Thistle Moor", "Toll Bar", "Turnpike", "Viaduct", "Warehouse Lane", "Weaver's Green", "Wharf Road",
    "Whinberry", "Willow Garth", "Windmill Rise", "Wool Road", "Yew Tree",
)  # fmt: skip

GROUPS = (
    ("Lunch Club", "A hot meal, a quiz and a lift home from a neighbour, every week but August.",
     "Older people, and anyone who would eat alone", "A kitchen with a hygiene certificate"),
    ("Tenants and Residents", "We look after the green, the notice board and one another.",
     "Everybody who lives here", "A hall that seats sixty"),
    ("Community Garden", "Beds, bees and a bench. Half of what grows goes to the food shelf.",
     "All ages; tools provided", "Surplus courgettes, as long as you like"),
    ("Youth Project", "Two evenings a week with table tennis, toast and somebody to talk to.",
     "Eleven to eighteen year olds", "Young volunteers with strong opinions"),
    ("Men's Shed", "We make, mend and drink tea, in that order on a good day.",
     "Men of any age, and women who can use a plane", "Repairs to anything wooden"),
    ("Toy Library", "Borrow a garage, bring it back, take the farm.",
     "Families with small children", "A play session at your event"),
    ("Food Pantry", "A weekly shop for a small fee, with a chat that costs nothing.",
     "Members from the nearest streets", "A chilled store room"),
    ("Junior Football", "Eleven teams and a tea hut. Everybody plays, nobody shouts.",
     "Boys and girls from five to sixteen", "A pitch on Sunday afternoons"),
    ("Singing for Breath", "Songs for people whose lungs need the exercise.",
     "People with lung conditions, and their friends", "A performance with short phrases"),
    ("Carers Corner", "Somewhere to sit down for those who look after somebody.",
     "Unpaid carers", "A listening ear"),
    ("Repair Café", "Bring it broken on the first Saturday; take it home going.",
     "Anyone with a toaster", "Fixers for your fair"),
    ("Friends of the Park", "We plant, pick and keep the bandstand in paint.",
     "Anybody who walks there", "Guided walks, wet or fine"),
    ("Refugee Welcome", "English, bicycles and somebody who knows which office.",
     "People new to the borough", "Cooks from nine countries"),
    ("Memory Café", "An afternoon of music and cake for people living with dementia.",
     "People with dementia and those who come with them", "Trained volunteers"),
    ("Credit and Savings Point", "We keep the savings books for the credit union in the old bank.",
     "Anyone who wants to put a little by", "A table at your open day"),
    ("Parents and Toddlers", "Noise, biscuits and the only warm floor on a Tuesday.",
     "Children under four and their grown-ups", "Soft mats to lend"),
    ("History Society", "We have the photographs, the maps and the arguments.",
     "Anyone who asks what used to be there", "Talks with slides"),
    ("Disability Action", "Run by disabled people. We check kerbs, menus and promises.",
     "Disabled people and their allies", "Access audits by people who know"),
    ("Arts Workshop", "Clay, print and paint for people who think they cannot.",
     "Adults, many sent by the surgery", "An exhibition for your corridor"),
)  # fmt: skip

PROVIDER_FIRST = (
    "Amberside", "Ashdown Vale", "Beckfoot", "Bluebell", "Briar", "Calderbrook", "Candlewick", "Copperfield",
    "Daybreak", "Dovecote", "Eventide", "Firside", "Gatehouse", "Greenlea", "Harvest", "Hearthstone", "Hollybush",
    "Ivy Court", "Kestrel", "Kingfisher", "Lavender", "Lighthouse", "Maple", "Meadowsweet", "Moorland", "Northlight",
    "Oakapple", "Otter", "Primrose", "Redwing", "Rowan", "Saffron", "Seabright", "Skylark", "Snowdrop", "Starling",
    "Summerhill", "Teasel", "Wayside", "Wellspring", "Wren",
)  # fmt: skip
PROVIDER_LAST = (
    ("Home Care", "Care and company at home, seven days a week."),
    ("Supported Living", "Shared houses and flats where people run their own lives, with help at hand."),
    ("Care Co-operative", "Owned by the people who work in it; every carer has one vote."),
    ("Housing with Care", "Flats with a front door, a café and somebody awake at night."),
    ("Day Opportunities", "Workshops, gardens and a kitchen, run with the people who come."),
    ("Rehabilitation", "Therapists who help people home from hospital and back to what they like."),
    ("Nursing", "Nurses and nursing homes, small ones."),
)

FIRST = (
    "Aisha", "Alan", "Amir", "Anne", "Bernadette", "Bilal", "Carol", "Chidi", "Colin", "Dawn", "Delroy", "Derek",
    "Ewa", "Farah", "Fiona", "Gareth", "Gwen", "Hamza", "Helen", "Ian", "Imran", "Irena", "Jackie", "Jamal", "Jean",
    "Kath", "Keith", "Kofi", "Leila", "Len", "Lorna", "Malik", "Marjorie", "Meera", "Mei", "Mo", "Nadia", "Neil",
    "Olive", "Omar", "Pauline", "Pete", "Ravi", "Rita", "Rosa", "Sam", "Shabana", "Sheila", "Simon", "Steph",
    "Tomasz", "Uma", "Val", "Vikram", "Wendy", "Winston", "Yasmin", "Zofia",
)  # fmt: skip
LAST = (
    "Abara", "Adair", "Akhtar", "Ashworth", "Barlow", "Begum", "Bielak", "Birtwhistle", "Boateng", "Bolton", "Cass",
    "Chadwick", "Chowdhury", "Clegg", "Crompton", "Dacosta", "Duckworth", "Eze", "Fairclough", "Farrow", "Greenhalgh",
    "Grimshaw", "Haslam", "Hussain", "Ingham", "Iqbal", "Kaczmarek", "Kaur", "Kershaw", "Leigh", "Lomax", "Marsh",
    "Mistry", "Nkemelu", "Nuttall", "Ogden", "Owusu", "Patel", "Pilling", "Quirk", "Rahman", "Ramsbottom", "Rigby",
    "Seddon", "Shah", "Sutcliffe", "Tattersall", "Unsworth", "Varley", "Whittle", "Wolstenholme", "Yates",
)  # fmt: skip
