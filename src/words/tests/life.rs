use super::told;
use crate::model::{
    ChanceAt, Clock, Ipo, Level, Milestone, MilestoneKind, PreMoney, RoundSize, Sale, Step, Timing, Watched,
    When,
};
use crate::number::Decimal;
use crate::quantity::Span;
use crate::simulate::fixture::{after, cents, hazard, known, scenario};

/// A milestone one year after its start, without consequences.
pub(super) fn milestone(name: &str, title: &str) -> Milestone {
    Milestone {
        name: name.into(),
        title: title.into(),
        requires: Vec::new(),
        kind: MilestoneKind::Timed(after(12)),
        deadline: None,
        effect_if_reached: None,
        effect_if_missed: None,
    }
}

#[test]
fn rounds_of_every_size_and_price() {
    let mut deal = scenario();
    let rounds = deal.rounds.as_mut().unwrap();
    rounds.first.probability = Some(known(90));
    rounds.first.timing = Timing::When(When::On("2026-09-30".parse().unwrap()));
    rounds.then = Some(When::After(Span { months: 18, days: 10 }));
    rounds.at_most = Some(3);
    rounds.size = RoundSize::Amount(known(50_00));
    rounds.pre_money = PreMoney::StepUp(known(1_50));
    for line in [
        "The first round comes with probability 90%; if so, on 2026-09-30.",
        "Each later round comes 18 months 10 days after the round before; there are at most 3 rounds in all. An IPO, \
         sale or failure ends them.",
        "Each raises new cash of $50.",
        "Each is priced at 1.5x the post-money valuation of the round before (today's value for the first), which \
         becomes the company's value.",
    ] {
        told(&deal, "Financing rounds", line);
    }
    let rounds = deal.rounds.as_mut().unwrap();
    rounds.pre_money = PreMoney::Amount(known(900_00));
    (rounds.then, rounds.at_most) = (None, None);
    told(
        &deal,
        "Financing rounds",
        "Each is priced at a pre-money valuation of $900 for all shares; with the debt that does not convert on top, \
         that becomes the company's value.",
    );
    told(&deal, "Financing rounds", "There is one round only. An IPO, sale or failure ends them.");
    deal.rounds = None;
    told(&deal, "Financing rounds", "None are expected.");
}

#[test]
fn exits_at_rates_that_change() {
    let mut deal = scenario();
    let steps = vec![Step { from: 0.0, rate: known(10) }, Step { from: 1.0, rate: known(35) }];
    let clock = Clock { probability: None, timing: Timing::Hazard(steps) };
    deal.ipo = Some(Ipo { clock, new_money: Some(known(20)) });
    let late = vec![Step { from: 0.5, rate: known(2) }, Step { from: 2.5, rate: known(4) }];
    let clock = Clock { probability: Some(known(80)), timing: Timing::Hazard(late) };
    deal.sale = Some(Sale { clock, premium: Some(known(30)), ipo_instead: Vec::new() });
    let heading = "IPO, sale and failure";
    for line in [
        "An IPO comes at a hazard rate of 10% a year, from 1 year on 35% a year, counted from the valuation date. It \
         sells new shares for 20% of the company's value before.",
        "At the IPO all shares of this deal are sold at the offer price; rounds and sales stop, the company goes on.",
        "A sale of the whole company comes with probability 80%; if so, at a hazard rate of nothing for the first 6 \
         months, then 2% a year, from 2 years 6 months on 4% a year, counted from the valuation date, unless it is listed by \
         then. The price is the company's value plus 30%.",
    ] {
        told(&deal, heading, line);
    }
    let sale = |premium| Some(Sale { clock: hazard(2), premium, ipo_instead: Vec::new() });
    deal.sale = sale(Some(known(-10)));
    deal.ipo = Some(Ipo { clock: after(30), new_money: None });
    deal.failure = None;
    for line in [
        "An IPO comes 2 years 6 months after the valuation date. It sells no new shares.",
        "A sale of the whole company comes at a hazard rate of 2% a year, counted from the valuation date, unless it is \
         listed by then. The price is the company's value less 10%.",
        "The company does not fail.",
    ] {
        told(&deal, heading, line);
    }
    let chance = |value, percent| ChanceAt { value: Decimal::from(value), probability: cents(percent) };
    deal.sale = Some(Sale {
        clock: hazard(2),
        premium: None,
        ipo_instead: vec![chance(32_000_000, 0), chance(1_000_000_000, 65)],
    });
    told(
        &deal,
        heading,
        "A sale of the whole company comes at a hazard rate of 2% a year, counted from the valuation date, unless it is \
         listed by then. The price is the company's value. Or else it is floated at that moment, and all shares of this deal are \
         sold at the offer price; the chance of that depends on the company's value: 0% at $32m, 65% at $1bn, in between \
         linear in its logarithm.",
    );
    deal.sale = sale(None);
    told(
        &deal,
        heading,
        "A sale of the whole company comes at a hazard rate of 2% a year, counted from the valuation date, unless it is \
         listed by then. The price is the company's value.",
    );
}

#[test]
fn milestones_with_prerequisites_deadlines_and_effects() {
    let mut deal = scenario();
    let mut second = milestone("second", "Second gigawatt");
    second.requires = vec![0];
    second.kind = MilestoneKind::Timed(Clock { probability: Some(known(80)), ..after(9) });
    second.deadline = Some(When::After(Span::of_months(24)));
    second.effect_if_reached = Some(known(5));
    second.effect_if_missed = Some(known(-10));
    let mut third = milestone("third", "");
    third.requires = vec![0, 1];
    third.kind = MilestoneKind::ValueReaches(known(2_000_00));
    third.deadline = Some(When::On("2029-12-31".parse().unwrap()));
    third.effect_if_reached = Some(known(0));
    deal.milestones = vec![milestone("first", "First gigawatt"), second, third];
    told(&deal, "Milestone: First gigawatt (first)", "It is reached 1 year after the valuation date.");
    for line in [
        "It requires \"First gigawatt\" first; if one is missed, so is this.",
        "It is reached with probability 80%; if so, 9 months after the day its prerequisites are met.",
        // 24 months from 2026-01-01
        "It does not count if it is not reached by then: 2 years after the valuation date (2028-01-01).",
        "Reaching it raises the company's value by 5%.",
        "Missing it lowers the company's value by 10%.",
    ] {
        told(&deal, "Milestone: Second gigawatt (second)", line);
    }
    for line in [
        "It requires \"First gigawatt\" and \"Second gigawatt\" first; if one is missed, so is this.",
        "It is reached when the company's value first reaches $2k, watched at every moment from the day its \
         prerequisites are met on.",
        "It does not count if it is not reached by then: on 2029-12-31.",
        "Reaching it leaves the company's value as it is.",
    ] {
        told(&deal, "Milestone: third", line);
    }
}

#[test]
fn conditions_looked_at_from_time_to_time() {
    let mut deal = scenario();
    deal.factors =
        vec![crate::model::Factor { name: "rival".into(), drift: known(12), volatility: known(55) }];
    let every = Span::of_months(12);
    let checked = |watched, at_least, throughout| {
        let mut milestone = milestone("frontier", "Keeps pace");
        milestone.kind = MilestoneKind::Checked { watched, at_least, every, throughout };
        milestone.effect_if_missed = Some(known(-20));
        milestone
    };
    let heading = "Milestone: Keeps pace (frontier)";
    let checks = "Checks come every year, the first 1 year after the valuation date.";
    for (watched, level, condition) in [
        (
            Watched::ValueOver(0),
            Level::OfToday(known(60)),
            "the company's value divided by \"rival\" at or above 60% of today's",
        ),
        (Watched::Factor(0), Level::Absolute(known(1_25)), "factor \"rival\" at or above 1.25"),
        (Watched::Value, Level::Absolute(known(500_00)), "the company's value at or above $500"),
    ] {
        deal.milestones = vec![checked(watched, level, false)];
        told(&deal, heading, &format!("It is reached at the first check that finds {condition}. {checks}"));
        told(&deal, heading, "Missing it lowers the company's value by 20%.");
    }
    let mut standing = checked(Watched::Value, Level::OfToday(known(1_50)), true);
    standing.deadline = Some(When::On("2029-12-31".parse().unwrap()));
    standing.effect_if_reached = Some(known(5));
    deal.milestones = vec![standing];
    for line in [
        &format!(
            "It stands from the valuation date on, and is lost for good at the first check that does not find the \
             company's value at or above 150% of today's. {checks}"
        ),
        "The last check is on 2029-12-31 at the latest.",
        "Reaching it, which it never is because it stands from the start, raises the company's value by 5%.",
        "Losing it lowers the company's value by 20%.",
    ] {
        told(&deal, heading, line);
    }
}
