//! [`Code`]: the closed list of mistakes, each with its explanation, as `cabrio explain` prints them.

use super::code::{Entry, codes};

codes! {
    Syntax = "E0101": "The file is not TOML.",
        "A scenario is a TOML file: sections in square brackets, `key = value` lines, texts in double \
         quotes. The mark shows where reading stopped making sense; the cause can lie just before it. A \
         value with a unit needs quotes.",
        wrong "amount = $5bn",
        right r#"amount = "$5bn""#;
    NotUtf8 = "E0102": "The file is text in an encoding other than UTF-8.",
        "Some editors and Excel save text as Latin-1 or UTF-16; then letters such as é or € cannot be \
         read. Save the file as UTF-8 and run again.",
        wrong "iconv -f UTF-8 -t LATIN1 deal.toml",
        right "iconv -f LATIN1 -t UTF-8 deal.toml";
    NotText = "E0103": "The file is not text.",
        "The file holds bytes that no text has. A workbook, a PDF or a compressed file was probably \
         given in place of the scenario.",
        wrong "cabrio run deal.xlsx",
        right "cabrio run deal.toml";
    TooLarge = "E0104": "The file is larger than a scenario may be.",
        "A scenario is at most 1 MB: the deal in words and numbers. Long series of data belong in a CSV \
         file that the scenario names.",
        wrong "values = [1.0, 1.1, 1.2]  # and a million more",
        right r#"empirical = { csv = "growth.csv", column = "growth" }"#;
    EmptyFile = "E0105": "The file says nothing.",
        "The file is empty or holds only comments. `cabrio new` writes a small scenario to start from.",
        wrong "cabrio run empty.toml",
        right "cabrio new deal.toml && cabrio run deal.toml";
    UnreadableFile = "E0106": "A scenario file is missing or cannot be read.",
        "The path of `extends` counts from the folder of the file that names it; paths on the command \
         line count from where the command is run. Check the spelling and the permissions.",
        wrong r#"extends = "bsae.toml""#,
        right r#"extends = "base.toml""#;
    TooDeep = "E0107": "Tables or lists stand too deeply inside each other.",
        "No scenario needs more than a few levels. A closing bracket is probably missing, or the file \
         was written by a faulty program.",
        wrong "a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ 1 ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        right "a = [1]";
    ExtendsChain = "E0108": "The extended file extends another file itself.",
        "A scenario may extend one base, and a base none, so that a reader finds everything in two \
         files. Put what the two bases share into one.",
        wrong "# base.toml\nextends = \"older.toml\"",
        right "# base.toml, complete in itself\n[deal]\ncurrency = \"USD\"";
    UnknownKey = "E0201": "A key means nothing where it stands.",
        "An unknown key is never ignored: it is most often a slip of the pen in a key that matters. The \
         message names the nearest known key; `cabrio schema` lists them all.",
        wrong "[deal]\ncurency = \"USD\"",
        right "[deal]\ncurrency = \"USD\"";
    MissingKey = "E0202": "A key that must be there is missing.",
        "The key has no default because every choice would move the result. The message shows an example \
         to copy.",
        wrong "[[instruments.tranches]]\nfunds = \"at_closing\"",
        right "[[instruments.tranches]]\namount = \"$5bn\"\nfunds  = \"at_closing\"";
    DuplicateKey = "E0203": "A key or section is set twice.",
        "TOML allows each key once, since nobody could say which of two values counts. Delete one; for \
         alternatives use cases.",
        wrong "seed = 1\nseed = 2",
        right "seed = 1";
    DuplicateName = "E0204": "Two things of one kind bear the same name.",
        "Names are how conditions, overrides and reports refer to things, so each may be given once.",
        wrong "[[instruments]]\nname = \"Note\"\n[[instruments]]\nname = \"Note\"",
        right "[[instruments]]\nname = \"Note A\"\n[[instruments]]\nname = \"Note B\"";
    WrongType = "E0205": "A value has another type than its key takes.",
        "The key takes a text, a number, a date, a list or a table, and something else stands there. The \
         message says what is needed.",
        wrong r#"requires = "first_gigawatt""#,
        right r#"requires = ["first_gigawatt"]"#;
    ConflictingKeys = "E0206": "Keys exclude each other.",
        "Each of the keys says the same thing in another way. Keep the one you mean.",
        wrong r#"normal = { mean = "10%", sd = "5%", p90 = "20%" }"#,
        right r#"normal = { mean = "10%", sd = "5%" }"#;
    UnknownChoice = "E0207": "A word is none of the choices.",
        "The key takes one of a few words. The message lists them and names the nearest.",
        wrong r#"accrues = "simpel""#,
        right r#"accrues = "simple""#;
    EmptyList = "E0208": "A list needs at least one element.",
        "With nothing in the list there is nothing to value. Add an element, or leave the key out where \
         it is optional.",
        wrong "tranches = []",
        right r#"tranches = [{ amount = "$5bn", funds = "at_closing" }]"#;
    BadName = "E0209": "A name cannot be used.",
        "Variables, factors and milestones are referred to in conditions and paths, so their names are single \
         words without points, quotes or other signs, and not `failure`, which has a meaning already. A \
         `title` says more in words.",
        wrong "[milestones.\"first gigawatt, in service\"]",
        right "[milestones.first_gigawatt]\ntitle = \"First gigawatt, in service\"";
    MissingUnit = "E0301": "A number stands without its unit.",
        "A bare 6 could be six per cent or six hundred, a bare 20 could be dollars or billions. \
         Quantities carry their unit, in quotes.",
        wrong "rate = 0.06",
        right r#"rate = "6%""#;
    WrongUnit = "E0302": "A value carries the unit of another quantity.",
        "Money, rates, multiples and spans of time are never converted into each other. The message says \
         which is needed.",
        wrong r#"discount = "$15m""#,
        right r#"discount = "15%""#;
    CurrencyMismatch = "E0303": "An amount is in another currency than the deal.",
        "Everything is valued in the one currency that `deal.currency` names; rates of exchange are not \
         assumed. Convert the amount, and say so in a comment.",
        wrong "[deal]\ncurrency = \"USD\"\n[[instruments.tranches]]\namount = \"€5m\"",
        right "[[instruments.tranches]]\namount = \"$5.4m\"  # [derived] €5m at 1.08";
    BadDate = "E0304": "The calendar has no such day.",
        "The month has fewer days, or the year is no leap year. Dates are written year-month-day without \
         quotes.",
        wrong "deadline = 2027-02-29",
        right "deadline = 2027-02-28";
    OutOfRange = "E0305": "A value lies outside what makes sense for its key.",
        "A probability lies between 0% and 100%, an amount to invest is above zero, and so on. The \
         message states the range.",
        wrong r#"probability = "120%""#,
        right r#"probability = "85%""#;
    Overflow = "E0306": "A number has more digits than are kept exactly.",
        "Quantities are kept as exact decimals of up to 20 digits, amounts up to 10^18. Check the scale: \
         bn and tn are written once.",
        wrong r#"amount = "$5000000000000bn""#,
        right r#"amount = "$5bn""#;
    UnreadableValue = "E0307": "A text cannot be read as the quantity needed.",
        "Quantities are written as people write them, but exactly: commas separate thousands, a point \
         separates decimals, and the unit follows. The message shows the form.",
        wrong r#"amount = "$1,5bn""#,
        right r#"amount = "$1.5bn""#;
    BadDistribution = "E0401": "No distribution of this family has these parameters.",
        "Quantiles must rise with their probabilities, a low must lie below a high, a deviation must be \
         above zero, and a family on positive values takes positive quantiles only.",
        wrong r#"first = { lognormal = { p10 = "20 months", p90 = "4 months" } }"#,
        right r#"first = { lognormal = { p10 = "4 months", p90 = "20 months" } }"#;
    UnknownFamily = "E0402": "No distribution family has this name.",
        "An uncertain value is a table with one key, the family: lognormal, normal, triangular, pert, \
         uniform, beta and others. The message names the nearest.",
        wrong r#"growth = { lognorm = { p10 = "2%", p90 = "9%" } }"#,
        right r#"growth = { lognormal = { p10 = "2%", p90 = "9%" } }"#;
    ImpossibleCorrelations = "E0403": "The correlations cannot hold together.",
        "If A moves with B and B with C, A cannot move against C at will: the matrix must be positive \
         semidefinite. It is never repaired silently, since that changes your assumptions; the message \
         shows the nearest matrix that is valid, to copy if you accept it.",
        wrong "a-b 0.9, b-c 0.9, a-c -0.9",
        right "a-b 0.9, b-c 0.9, a-c 0.7";
    UnreadableData = "E0404": "A data file is missing or cannot be read.",
        "The path of a CSV file counts from the folder of the scenario that names it. Check the spelling \
         and the permissions.",
        wrong r#"empirical = { csv = "grwoth.csv" }"#,
        right r#"empirical = { csv = "growth.csv" }"#;
    BadData = "E0405": "A data file does not hold the numbers needed.",
        "The CSV file needs a header line, the column named in the scenario, and a finite number in each \
         row of it. The message names the first row that fails.",
        wrong "growth\n0.12\nn/a",
        right "growth\n0.12\n0.08";
    UnknownName = "E0501": "Nothing in the scenario bears this name.",
        "A milestone, variable, factor or instrument is referred to that is not defined. The message \
         names the nearest that is.",
        wrong r#"funds = { when = ["frist_gigawatt"] }"#,
        right r#"funds = { when = ["first_gigawatt"] }"#;
    MilestoneCycle = "E0502": "Milestones wait for each other.",
        "Following `requires` from one milestone leads back to it, so none of them could ever be \
         reached. The message shows the way round; take one step out of it.",
        wrong "[milestones.a]\nrequires = [\"b\"]\n[milestones.b]\nrequires = [\"a\"]",
        right "[milestones.a]\n[milestones.b]\nrequires = [\"a\"]";
    DateOrder = "E0503": "Dates stand in an order that cannot happen.",
        "Maturity comes after closing, a deadline after the valuation date, an end after its start. The \
         message shows both dates.",
        wrong "valuation_date = 2026-05-04\ndeadline       = 2025-12-31",
        right "valuation_date = 2026-05-04\ndeadline       = 2026-12-31";
    ContradictoryTerms = "E0504": "Terms of an instrument contradict each other.",
        "Each of the terms is possible, but not both: a loan does not convert, so it cannot have terms of \
         conversion. Take one out.",
        wrong "kind = \"loan\"\nconversion = { discount = \"20%\" }",
        right "kind = \"convertible_note\"\nconversion = { discount = \"20%\" }";
    UnknownPath = "E0601": "An override points at nothing in the scenario.",
        "A path names keys from the top, joined by points; elements of a list by number from 0, by name, \
         or all by `*`. The message shows how far the path leads and what there is to choose from.",
        wrong "cabrio run deal.toml --set instruments.0.tranche.1.amount=5bn",
        right "cabrio run deal.toml --set instruments.0.tranches.1.amount=5bn";
    BadOverride = "E0602": "An override cannot be read.",
        "An override is a path, an equals sign and a value. A value that is no TOML is taken as text, so \
         that units need no quotes.",
        wrong "cabrio run deal.toml --set seed",
        right "cabrio run deal.toml --set seed=7";
    BadCase = "E0603": "A case cannot be used.",
        "A case needs a name of its own and changes in `set`; `--case` takes one of these names. The \
         base is always there and needs no case.",
        wrong r#"cabrio run deal.toml --case "no gap""#,
        right r#"cabrio run deal.toml --case "no cap""#;
    BadExpression = "E0701": "A condition cannot be read.",
        "A rule compares the company's value with an amount or with a part of today's value, by `>=` or `<=`, \
         or names a milestone that must stand.",
        wrong r#"rule = ["company.value > 300bn"]"#,
        right r#"rule = ["company.value >= $300bn"]"#;
    NoFairValue = "E0702": "A deal has no fair value as it is described.",
        "Under the risk-neutral measure the company's discounted value is a martingale: it cannot jump by an expected \
         amount at a moment that everybody sees coming, and its law must say how it moves between dates. Change the \
         part that the message names, or leave [fair_value] out.",
        wrong "[milestones.unicorn]\nvalue_reaches = \"$1bn\"\nvalue_effect = \"10%\"\n[fair_value]\nrisk_free = \"4%\"",
        right "[milestones.unicorn]\nvalue_reaches = \"$1bn\"\n[fair_value]\nrisk_free = \"4%\"";
    BadCheck = "E0703": "A check cannot be read.",
        "A check compares a result of the run with a bound: `METRIC <= VALUE`, with `<`, `>=` or `>` instead, or `METRIC in \
         LO..HI`. Bounds carry the unit of the metric. `case \"NAME\":` in front asks it of a case. The reference lists \
         the metrics.",
        wrong "[checks]\nloss = \"P(moic < 1x) <= 0.25\"",
        right "[checks]\nloss = \"P(moic < 1x) <= 25%\"";
    UnusedDefinition = "W0801": "Something is defined and never used.",
        "The run is the same without it. Often a name was changed in one place only.",
        wrong "[variables]\nrate = { normal = { mean = \"5%\", sd = \"2%\" } }",
        right "[variables]\nrate = { normal = { mean = \"5%\", sd = \"2%\" } }\n[[instruments]]\ninterest = { rate = { variable = \"rate\" } }";
    Unreachable = "W0802": "Something can never happen.",
        "The condition cannot come true before the horizon, or an earlier rule always comes first. The \
         run goes on, but the part is without effect.",
        wrong "horizon  = \"2 years\"\nmaturity = { after = \"5 years\" }",
        right "horizon  = \"10 years\"\nmaturity = { after = \"5 years\" }";
    UnknownMark = "W0803": "A mark in a comment is none of the known ones.",
        "A comment may say where a figure comes from: `[stated]` by a source, `[derived]` from stated \
         figures, or `[assumed]`. The report lists figures by mark, and this one would be missed.",
        wrong r#"volatility = "60%"  # [asumed] peers"#,
        right r#"volatility = "60%"  # [assumed] peers"#;
    Doubtful = "W0804": "Something is probably not meant.",
        "It can be computed, but rarely makes sense: a milestone that is reached on the first day, or a holder \
         whose name is almost the investor's. If it is meant, leave it.",
        wrong "investor = \"Amazon\"\nholder   = \"Amazn\"",
        right "investor = \"Amazon\"\nholder   = \"Amazon\"";
    ExportUnreadable = "E0901": "A file of an Open Cap Format export cannot be read.",
        "`cabrio new --from-ocf` takes the folder of an export: a manifest and the JSON files it lists, version 1.x. The \
         message names the file, and the object in it where one is at fault. Numbers and dates are texts in this format.",
        wrong "cabrio new --from-ocf export.zip",
        right "cabrio new --from-ocf export/";
    ExportContradiction = "E0902": "An Open Cap Format export contradicts itself.",
        "A transaction names something that does not exist, takes more than there is, or does not arrive where it says; or \
         two objects say different things about one fact. A cap table drawn up from it would be wrong without a word, so \
         none is. Correct the record where it is kept and export it again.",
        wrong r#"{ "object_type": "TX_STOCK_CANCELLATION", "security_id": "s-1", "quantity": "500" }  of 400 outstanding"#,
        right r#"{ "object_type": "TX_STOCK_CANCELLATION", "security_id": "s-1", "quantity": "400" }"#;
    ExportUnmapped = "E0903": "An Open Cap Format export says something that a scenario cannot say.",
        "A scenario has no words for some terms that the format knows: custom conversions, several rights of one security, \
         rates of interest that change, warrants on preferred shares. Leaving them out would change who gets what. Take the \
         object out of the export and describe the nearest thing in an overlay, if that is near enough.",
        wrong r#""conversion_mechanism": { "type": "CUSTOM_CONVERSION" }"#,
        right r#""conversion_mechanism": { "type": "SAFE_CONVERSION", "conversion_timing": "POST_MONEY", "conversion_mfn": false }"#;
    ExportGap = "E0904": "An Open Cap Format export leaves open what moves a number.",
        "The format has no field for it, or the field is empty, and every choice would move a result. State it in an \
         overlay: a TOML file with the same keys as a scenario, laid over what is read from the export.",
        wrong "cabrio new deal --from-ocf export",
        right "cabrio new deal --from-ocf export --overlay terms.toml";
}
