//! The simulation and the exact tables give one term one meaning: on a path where nothing is uncertain, what a sale pays
//! the investor is what the exact waterfall says.
//!
//! Both are read from text. The company's value does not move, so that a sale on a date has one price; the tables are
//! drawn up for that date, with what the simulation funds at closing outstanding since then.

use std::path::Path;

use cabrio::capital::{round_table, sale_table};
use cabrio::number::{Amount, Decimal, Exact};
use cabrio::plan::Plan;
use cabrio::scenario::{Loaded, Reading, load_bytes_as};
use cabrio::simulate::{Clause, Replay, replay};
use serde_json::Value;

/// A day of the sale, two years after closing.
const SALE: &str = "2028-01-01";

/// Numbers that look random: Knuth's MMIX generator, seeded.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).expect("a small number")]
    }

    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }
}

fn loaded(reading: Reading, text: &str) -> Loaded {
    let loaded = load_bytes_as(reading, "case.toml", text.as_bytes().to_vec(), Path::new("."), &[]);
    let said: Vec<_> = loaded.diagnostics.sorted().iter().map(|found| found.message.clone()).collect();
    assert!(!loaded.diagnostics.has_errors(), "{said:?}\n{text}");
    loaded
}

/// Path 0 of a company worth $100m that does not move and is sold on the day at a premium.
fn simulated(text: &str, premium: u64) -> Replay {
    let text = format!(
        "deal = {{ title = \"T\", investor = \"Fund\", company = \"C\", valuation_date = 2026-01-01, horizon = \"5 years\" }}\n\
         discounting = {{ required_return = \"10%\" }}\n\
         company.value = {{ today = \"$100m\", process = {{ gbm = {{ drift = \"0%\", volatility = \"0%\" }} }} }}\n\
         exit.sale.when = {SALE}\nexit.sale.premium = \"{}%\"\n{text}",
        i64::try_from(premium).expect("small") - 100
    );
    let loaded = loaded(Reading::Study, &text);
    let study = loaded.study.expect("a study");
    replay(&Plan::new(&study.base).expect("a plan"), 0)
}

fn structure(date: &str, text: &str) -> cabrio::model::CapitalStructure {
    let text = format!("deal = {{ title = \"T\", investor = \"Fund\", valuation_date = {date} }}\n{text}");
    loaded(Reading::Structure, &text).structure.expect("a structure").capital
}

/// The price at which the company was sold.
fn price(replay: &Replay) -> Decimal {
    let price = replay.notes.iter().find_map(|note| match note.clause {
        Clause::SaleCosts { price, .. } => Some(price),
        _ => None,
    });
    let proceeds = replay.notes.iter().find_map(|note| match note.clause {
        Clause::Distributed { proceeds, .. } => Some(proceeds),
        _ => None,
    });
    price.or(proceeds).and_then(Exact::value).expect("a sale")
}

/// What the waterfall at a price pays the investor.
fn tabled(structure: &cabrio::model::CapitalStructure, price: Decimal) -> f64 {
    let table = sale_table(structure, &[price], &[]).expect("a table");
    let holders = &table.exits[0].holders;
    holders
        .iter()
        .find(|holder| holder.holder == "Fund")
        .map_or(0.0, |fund| Exact::from(fund.payout.0).to_f64())
}

/// Both, to the last of the digits that a table prints.
#[track_caller]
fn agree(replay: &Replay, table: f64, about: &str) -> f64 {
    let received = replay.exact.received.to_f64();
    assert!((received - table).abs() <= 1e-12 * received.max(1.0), "{received} {table}\n{about}");
    received
}

#[test]
fn dividends_kept_on_conversion_are_money_in_both() {
    let mut dice = Dice(1);
    let (mut converted, mut held) = (0, 0);
    for _ in 0..200 {
        let dividends = |dice: &mut Dice| {
            let (rate, kind, kept) = (
                dice.between(0, 20),
                dice.of(&["simple", "compounding"]),
                dice.of(&["true", "true", "false"]),
            );
            format!("rate = \"{rate}%\", kind = \"{kind}\", kept_on_conversion = {kept}")
        };
        let terms = |dice: &mut Dice| {
            let participation = dice.of(&["none", "none", "full", "capped\", participation_cap = \"2x"]);
            format!(
                "liquidation_preference = \"{}x\", participation = \"{participation}\", seniority = {}",
                dice.between(0, 2),
                dice.below(2)
            )
        };
        let others = format!(
            "name = \"A\", shares = \"2m\", issue_price = \"${}\", dividends = {{ {}, since = 2025-01-01, owed = \"${}k\" }}, {}",
            dice.between(1, 20),
            dividends(&mut dice),
            dice.between(0, 900),
            terms(&mut dice)
        );
        let (ours, rights, premium) = (dividends(&mut dice), terms(&mut dice), dice.between(5, 400));
        let replay = simulated(
            &format!(
                "company.capitalization = {{ common = \"8m\", preferred = [{{ {others} }}] }}\n\
                 instruments = [{{ name = \"Ours\", kind = \"preferred\", dividends = {{ {ours} }}, {rights}, \
                 tranches = [{{ amount = \"$10m\" }}] }}]\n"
            ),
            premium,
        );
        // 10m shares of $100m: $10 a share
        let text = format!(
            "company.capitalization = {{ common = \"8m\", preferred = [{{ {others} }}, {{ name = \"Ours\", \
             holders = {{ Fund = \"1m\" }}, issue_price = \"$10\", dividends = {{ {ours}, since = 2026-01-01 }}, {rights} }}] }}\n"
        );
        let beside = replay.notes.iter().any(|note| matches!(note.clause, Clause::DividendsPaid { .. }));
        agree(&replay, tabled(&structure(SALE, &text), price(&replay)), &text);
        *(if beside { &mut converted } else { &mut held }) += 1;
    }
    assert!(converted > 100 && held > 10, "{converted} {held}");
}

#[test]
fn a_stacked_discount_leaves_the_cap_as_it_is_in_both() {
    let mut dice = Dice(2);
    let mut at_the_cap = 0;
    for _ in 0..200 {
        let (basis, unit) = [("post_money", "m"), ("pre_money", "m"), ("per_share", "")]
            [usize::try_from(dice.below(3)).expect("a small number")];
        let amount = if unit.is_empty() { dice.between(2, 30) } else { dice.between(20, 300) };
        let price_terms = format!(
            "discount = \"{}%\", valuation_cap = {{ basis = \"{basis}\", amount = \"${amount}{unit}\" }}, stacked = {}",
            dice.between(1, 50),
            dice.of(&["true", "true", "false"])
        );
        let (kind, terms) = if dice.below(2) == 0 {
            ("safe", format!("{price_terms}, cash_out_multiple = \"{}x\"", dice.between(1, 2)))
        } else {
            let payment = dice.of(&["at_end", "waived_on_conversion"]);
            let terms = format!(
                "interest = {{ rate = \"6%\", paid = \"{payment}\" }}, conversion = {{ qualified_financing = \"$1m\", \
                 {price_terms} }}, change_of_control = {{ or_as_converted = true }}, maturity = {{ after = \"9 years\" }}"
            );
            ("convertible_note", terms)
        };
        let common = "company.capitalization = { common = \"7m\", preferred = [{ name = \"A\", shares = \"2m\", issue_price = \
                      \"$4\" }], options = [{ name = \"Staff\", shares = \"1m\", strike = \"$2\" }] }\n";
        let instrument = |since: &str| {
            format!(
                "{common}instruments = [{{ name = \"Ours\", kind = \"{kind}\", holder = \"Fund\", {terms}, \
                 tranches = [{{ amount = \"$10m\"{since} }}] }}]\n"
            )
        };
        let replay = simulated(&instrument(""), dice.between(5, 400));
        let text = instrument(", outstanding_since = 2026-01-01");
        let received = agree(&replay, tabled(&structure(SALE, &text), price(&replay)), &text);
        at_the_cap += u32::from(received > 20.1e6);
    }
    assert!(at_the_cap > 40, "{at_the_cap}");
}

#[test]
fn pay_to_play_asks_in_the_same_rounds_in_both() {
    let mut dice = Dice(3);
    let (mut asked, mut spared) = (0, 0);
    for _ in 0..200 {
        let issue_price = dice.between(2, 20);
        let clause = format!(
            "pay_to_play = {{ buys = \"{}%\", shares_per_common = {}, applies_in = \"{}\" }}",
            dice.between(0, 100),
            dice.of(&["1", "10"]),
            dice.of(&["down_rounds", "down_rounds", "all_rounds"])
        );
        let series = |shares: &str, clause: &str| {
            format!("name = \"A\", shares = {shares}, issue_price = \"${issue_price}\"{clause}")
        };
        let with_clause = series("2000000", &format!(", {clause}"));
        let new_money = dice.between(1, 60);
        let replay = simulated(
            &format!(
                "company.capitalization = {{ common = \"8m\", preferred = [{{ {with_clause} }}] }}\n\
                 financing_rounds = {{ first = 2027-01-01, new_money = \"${new_money}m\" }}\n\
                 instruments = [{{ name = \"Ours\", kind = \"common\", tranches = [{{ amount = \"$10m\" }}] }}]\n"
            ),
            dice.between(5, 200),
        );
        // 1m shares of ours, and $110m for all of them before the round
        let round = structure(
            "2027-01-01",
            &format!(
                "company.capitalization = {{ common = {{ Others = \"8m\", Fund = \"1m\" }}, preferred = [{{ {with_clause} }}] }}\n\
                 round = {{ pre_money = \"$110m\", new_money = \"${new_money}m\" }}\n"
            ),
        );
        let table = round_table(&round, &[]).expect("a table");
        let row = &table.round.as_ref().expect("a round").pay_to_play[0];
        *(if row.triggered { &mut asked } else { &mut spared }) += 1;
        let played = replay.notes.iter().any(|note| matches!(note.clause, Clause::PaidToPlay { .. }));
        assert_eq!(row.triggered, played, "{clause}");
        let after: Value =
            serde_json::from_str(&serde_json::to_string(&table.after).expect("JSON")).expect("JSON");
        let of = |kind: &str, ours: bool| -> f64 {
            let classes = after["classes"].as_array().expect("classes").iter();
            let kept = classes.filter(|class| class["kind"] == kind && (class["holder"] == "Fund") == ours);
            kept.map(|class| class["shares"].as_f64().expect("a number")).sum()
        };
        let preferred = of("preferred", false);
        let preferred = if preferred > 0.0 {
            format!(", preferred = [{{ {} }}]", series(&format!("{preferred}"), ""))
        } else {
            String::new()
        };
        let text = format!(
            "company.capitalization = {{ common = {{ Others = {:.9}, Fund = {:.9} }}{preferred} }}\n",
            of("common", false),
            of("common", true)
        );
        agree(&replay, tabled(&structure(SALE, &text), price(&replay)), &format!("{clause}\n{text}"));
    }
    assert!(asked > 60 && spared > 30, "{asked} {spared}");
}

#[test]
fn a_carve_out_takes_the_same_in_both() {
    let mut dice = Dice(5);
    let (mut taken, mut converted) = (0, 0);
    for _ in 0..300 {
        let size = match dice.below(2) {
            0 => format!("exit.sale.carve_out = \"{}%\"", dice.between(1, 30)),
            _ => format!("exit.sale.carve_out_amount = \"${}m\"", dice.between(1, 30)),
        };
        let costs = format!(
            "{size}\nexit.sale.carve_out_after_debt = {}\nexit.sale.fees = \"{}%\"\n",
            dice.of(&["true", "true", "false"]),
            dice.below(5)
        );
        let ours = format!(
            "name = \"Ours\", kind = \"convertible_note\", holder = \"Fund\", interest = {{ rate = \"6%\" }}, conversion = {{ \
             qualified_financing = \"$1m\", valuation_cap = {{ amount = \"${}m\", basis = \"{}\" }} }}, change_of_control = {{ \
             or_as_converted = true }}, maturity = {{ after = \"9 years\" }}",
            dice.between(20, 300),
            dice.of(&["post_money", "pre_money"])
        );
        let loan =
            format!("name = \"Loan\", kind = \"loan\", holder = \"Bank\", seniority = {}", dice.below(2));
        let safe = match dice.below(2) {
            0 => String::new(),
            _ => format!(
                "name = \"SAFE\", kind = \"safe\", holder = \"Other\", valuation_cap = {{ amount = \"${}m\", basis = \
                 \"post_money\" }}, tranches = [{{ amount = \"$5m\"",
                dice.between(20, 300)
            ),
        };
        let deal = |since: &str| {
            let safe = if safe.is_empty() { String::new() } else { format!("{{ {safe}{since} }}] }},") };
            format!(
                "{costs}company.capitalization = {{ common = \"8m\", preferred = [{{ name = \"A\", shares = \"2m\", issue_price = \
                 \"$4\" }}] }}\ninstruments = [{safe} {{ {ours}, tranches = [{{ amount = \"$10m\"{since} }}] }}, \
                 {{ {loan}, maturity = {{ after = \"9 years\" }}, tranches = [{{ amount = \"$20m\"{since} }}] }}]\n"
            )
        };
        let replay = simulated(&deal(""), dice.between(5, 300));
        let text = deal(", outstanding_since = 2026-01-01");
        let structure = structure(SALE, &text);
        let table = sale_table(&structure, &[price(&replay)], &[]).expect("a table");
        let costs = replay.notes.iter().find_map(|note| match note.clause {
            Clause::SaleCosts { carve_out, .. } => Some(carve_out.to_f64()),
            _ => None,
        });
        let management = Exact::from(table.exits[0].carve_out.0).to_f64();
        assert!((costs.unwrap_or(0.0) - management).abs() <= 1e-12 * management.max(1.0), "{text}");
        taken += u32::from(management > 0.0);
        let received = agree(&replay, tabled(&structure, price(&replay)), &text);
        converted += u32::from(received > 11.3e6);
    }
    assert!(taken > 200 && converted > 60, "{taken} {converted}");
}

#[test]
fn a_cap_counts_a_ratchets_shares_in_both() {
    let mut dice = Dice(4);
    let mut bitten = 0;
    for _ in 0..200 {
        let series = format!(
            "name = \"A\", shares = \"2m\", issue_price = \"$5\", ipo_ratchet = {{ price = \"${}\" }}",
            dice.between(8, 25)
        );
        let safe = format!(
            "name = \"Ours\", kind = \"safe\", holder = \"Fund\", valuation_cap = {{ amount = \"${}m\", basis = \"{}\" }}",
            dice.between(30, 150),
            dice.of(&["pre_money", "pre_money", "post_money"])
        );
        let (share, common) = (dice.between(0, 40), dice.between(4, 9));
        let shares =
            format!("company.capitalization = {{ common = \"{common}m\", preferred = [{{ {series} }}] }}\n");
        let replay = simulated(
            &format!(
                "{shares}exit.ipo = {{ when = 2027-01-01, new_money_share = \"{share}%\" }}\n\
                 instruments = [{{ {safe}, tranches = [{{ amount = \"$10m\" }}] }}]\n"
            ),
            100,
        );
        let text = format!(
            "{shares}instruments = [{{ {safe}, tranches = [{{ amount = \"$10m\", outstanding_since = 2026-01-01 }}] }}]\n\
             round = {{ kind = \"ipo\", pre_money = \"$110m\", new_money = \"${}k\" }}\n",
            1_100 * share
        );
        let table = round_table(&structure("2027-01-01", &text), &[]).expect("a table");
        let round = table.round.as_ref().expect("a round");
        bitten += u32::from(round.ipo_ratchets[0].triggered);
        let sold = table.instruments[0].conversion.as_ref().expect("a conversion").value_at_round;
        agree(&replay, Exact::from(sold.0).to_f64(), &text);
    }
    assert!(bitten > 50, "{bitten}");
}
