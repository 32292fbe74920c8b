//! The table reader: every mistake, with its place and fix.

use super::*;
use crate::number::Decimal;
use crate::quantity::{Count, Money, Rate, Span};

fn with(from: &str, to: &str) -> String {
    assert!(SAMPLE.contains(from), "{from}");
    SAMPLE.replacen(from, to, 1)
}

#[test]
fn each_mistake_has_its_code_and_its_fix() {
    for (from, to, code, part) in [
        ("currency  ", "curency   ", Code::UnknownKey, "did you mean `currency`?"),
        ("[process]", "[proces]", Code::UnknownKey, "did you mean `process`?"),
        ("name   = \"Notes\"\n", "", Code::MissingKey, "add it, like `name = \"Note\"`"),
        ("amount = \"$20bn\"", "amount = 20_000_000", Code::MissingUnit, "write \"$20m\""),
        ("amount = \"$20bn\"", "amount = \"20\"", Code::MissingUnit, "write \"$20\""),
        ("amount = \"$20bn\"", "amount = \"€20bn\"", Code::CurrencyMismatch, "write the amount in USD"),
        ("amount = \"$20bn\"", "amount = \"20%\"", Code::WrongUnit, "a percentage where an amount"),
        ("amount = \"$20bn\"", "amount = \"$0\"", Code::OutOfRange, "`amount` must be more than zero"),
        ("amount = \"$20bn\"", "amount = \"-$2bn\"", Code::OutOfRange, "`amount` must be more than zero"),
        ("amount = \"$20bn\"", "amount = \"$2,0bn\"", Code::UnreadableValue, "commas separate groups"),
        ("amount = \"$20bn\"", "amount = 1e30", Code::Overflow, ""),
        ("amount = \"$20bn\"", "amount = [1]", Code::WrongType, "write it like `amount = \"$5bn\"`"),
        ("amount = \"$20bn\"", "amount = inf", Code::OutOfRange, "no number to compute with"),
        ("discount = \"15%\"", "discount = 15", Code::MissingUnit, "write \"15%\""),
        ("discount = \"15%\"", "discount = 0.15", Code::MissingUnit, "write \"15%\""),
        ("discount = \"15%\"", "discount = \"100%\"", Code::OutOfRange, "at least 0% and less than 100%"),
        ("discount = \"15%\"", "accrues = \"simpel\"", Code::UnknownChoice, "did you mean `simple`?"),
        ("probability = \"85%\"", "probability = \"185%\"", Code::OutOfRange, "from 0% to 100%"),
        ("probability = \"85%\"", "probability = \"-5%\"", Code::OutOfRange, "from 0% to 100%"),
        ("probability = \"85%\"", "weight = \"0.5\"", Code::WrongType, "takes a number, not a text"),
        ("probability = \"85%\"", "weight = 1.5", Code::OutOfRange, "from -1 to 1"),
        ("probability = \"85%\"", "looks = 1.5", Code::WrongType, "takes a whole number"),
        ("probability = \"85%\"", "looks = 0", Code::OutOfRange, "more than zero"),
        ("probability = \"85%\"", "checked = \"yes\"", Code::WrongType, "takes true or false, not a text"),
        ("= 2026-05-04", "= \"2026-05-04\"", Code::WrongType, "write 2026-05-04 without quotes"),
        ("= 2026-05-04", "= 2026-05-04T10:00:00", Code::WrongType, "takes a date, not a time of day"),
        (
            "title          = \"Sample # not a comment\"",
            "title = \" \"",
            Code::OutOfRange,
            "`title` is empty",
        ),
        ("triangular =", "trangular =", Code::UnknownFamily, "did you mean `triangular`?"),
        ("when = { tri", "when = { variable = \"x\", tri", Code::ConflictingKeys, "keep the one you mean"),
        (
            "{ lognormal = { p10 = \"9 months\", p90 = \"24 months\" } }",
            "{}",
            Code::MissingKey,
            "it takes one of",
        ),
        (
            "{ lognormal = { p10 = \"9 months\", p90 = \"24 months\" } }",
            "3",
            Code::MissingUnit,
            "\"3 months\"",
        ),
        ("\"8% to 16%\"", "\"16% to 8%\"", Code::BadDistribution, "a lower and a higher value"),
        ("\"8% to 16%\"", "\"8% to 16\"", Code::MissingUnit, "write \"16%\""),
        ("kind   = \"note\"", "kind = \"nota\"", Code::UnknownChoice, "did you mean `note`?"),
        ("kind   = \"note\"\n", "", Code::MissingKey, "it is one of `note`, `preferred`"),
        ("gbm = {", "gmb = {", Code::UnknownKey, "unknown process `gmb`"),
        ("requires = [", "requires = \"x\" # [", Code::Syntax, ""),
    ] {
        let text = with(from, to);
        let out = shown(&text, &[]);
        assert!(out.contains(&format!("[{code}]")) && out.contains(part), "{to}:\n{out}");
    }
}

#[test]
fn defaults_stand_in_for_absent_keys() {
    let (_, document) =
        tree("[deal]\ntitle = \"A\"\ncurrency = \"USD\"\nvaluation_date = 2026-05-04\n[simulation]\n");
    let context = Context::new(false);
    let deal = TableReader::open(&context, &DEAL, at(&document, "deal")).unwrap();
    assert_eq!(deal.span("horizon"), Some(Span::of_months(60)));
    let simulation = TableReader::open(&context, &SIMULATION, at(&document, "simulation")).unwrap();
    assert_eq!(simulation.count("paths"), Some(Count(100_000)));
    assert_eq!(context.reported(), 0);
}

#[test]
fn values_are_exact() {
    let (_, document) = tree(SAMPLE);
    let context = Context::new(false);
    let note = at(&document, "instruments.0");
    let (kind, reader) = TableReader::open_variants(&context, &INSTRUMENT, note).unwrap();
    assert_eq!(kind, "note");
    assert_eq!(reader.money("amount"), Some(Money(Decimal::from(20_000_000_000_i64))));
    let conversion = reader.table("conversion").unwrap();
    assert_eq!(conversion.rate("discount"), Some(Rate(Decimal::new(15, 2))));
}

#[test]
fn uncertain_values_take_four_forms() {
    let (_, document) = tree(&format!(
        "{SAMPLE}\n[milestones.third]\nwhen = {{ variable = \"build\" }}\n[milestones.fourth]\nwhen = \"2 years\"\n"
    ));
    let context = Context::new(false);
    let when =
        |path: &str| TableReader::open(&context, &MILESTONE, at(&document, path)).unwrap().uncertain("when");
    assert!(
        matches!(when("milestones.second"), Some(Uncertain::Drawn(drawn)) if drawn.family == "lognormal")
    );
    assert!(matches!(when("milestones.third"), Some(Uncertain::Variable { name, .. }) if name == "build"));
    assert!(matches!(when("milestones.fourth"), Some(Uncertain::Known(Literal::TimePoint(_)))));
    let gbm = TableReader::open(&context, &GBM, at(&document, "process.gbm")).unwrap();
    let Some(Uncertain::Between { low: Literal::Rate(low), high: Literal::Rate(high), .. }) =
        gbm.uncertain("drift")
    else {
        panic!("no range")
    };
    assert_eq!((low, high), (Rate(Decimal::new(8, 2)), Rate(Decimal::new(16, 2))));
    assert_eq!(context.reported(), 0);
}

#[test]
fn keys_that_exclude_each_other_and_empty_lists_are_reported() {
    let (_, document) = tree("discount = \"5%\"\ncap = \"$1bn\"\n");
    let context = Context::new(false);
    TableReader::open(&context, &CONVERSION, &document.root).unwrap().at_most_one(&["discount", "cap"]);
    let found = context.into_diagnostics();
    assert_eq!(found.sorted()[0].message, "`discount` and `cap` exclude each other");
    let text = "instruments = []\n[deal]\ntitle = \"A\"\ncurrency = \"USD\"\nvaluation_date = 2026-05-04\n";
    assert_eq!(codes(text, &[]), [Code::EmptyList]);
}

#[test]
#[should_panic(expected = "the section deal has no key `titel`")]
fn a_decoder_cannot_ask_for_a_key_that_is_not_described() {
    let (_, document) = tree(SAMPLE);
    let context = Context::new(false);
    let _ = TableReader::open(&context, &DEAL, at(&document, "deal")).unwrap().text("titel");
}

#[test]
#[should_panic(expected = "never read: [\"horizon\"]")]
fn a_decoder_cannot_forget_a_key() {
    let (_, document) = tree(SAMPLE);
    let context = Context::new(false);
    let deal = TableReader::open(&context, &DEAL, at(&document, "deal")).unwrap();
    let _ = (deal.text("title"), deal.text("currency"), deal.date("valuation_date"));
    deal.finish();
}
