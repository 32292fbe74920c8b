use crate::model::{
    Accrual, AtMaturity, CapBasis, Conversion, Deadline, Debt, Decision, Equity, EquityPrice, Extension,
    Gate, InterestPayment, Ipo, Kind, Maturity, Milestone, MilestoneKind, Missed, NonQualified, Number,
    OnMilestone, OwnTerms, Participation, PreMoney, Process, RuleTerm, Sale, Scenario, ShareTerms, Strategic,
    StrategicLife, Tranche, Valuation, ValuationCap, When,
};
use crate::number::Decimal;
use crate::plan::Plan;
use crate::quantity::Span;
use crate::simulate::fixture::{after, cents, hazard, instrument, known, note, scenario};
use crate::simulate::replay;
use crate::words::{path, path_json};

/// The fixture without volatility, growth or failure, so that its life can be worked out by hand.
pub(super) fn certain() -> Scenario {
    let mut certain = scenario();
    certain.company.process = Process::Gbm { drift: known(0), volatility: known(0) };
    certain.failure = None;
    certain
}

/// The same with one round only, so that nothing happens after the first year.
pub(super) fn one_round(change: impl FnOnce(&mut Debt)) -> Scenario {
    let mut deal = certain();
    deal.rounds.as_mut().unwrap().then = None;
    let mut debt = note();
    change(&mut debt);
    deal.instruments = vec![instrument(Kind::Debt(debt))];
    deal
}

pub(super) fn no_round(change: impl FnOnce(&mut Debt)) -> Scenario {
    let mut deal = one_round(change);
    deal.rounds = None;
    deal
}

fn told(scenario: &Scenario) -> String {
    let plan = Plan::new(scenario).unwrap();
    let replay = replay(&plan, 0);
    let json = path_json(scenario, &plan, &replay);
    assert_eq!(json["clauses"].as_array().map(Vec::len), Some(replay.notes.len()));
    path(scenario, &plan, &replay)
}

/// Asserts that the path says this, wherever lines are broken.
#[track_caller]
pub(super) fn says(scenario: &Scenario, what: &str) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = told(scenario);
    assert!(words(&text).contains(&words(what)), "no\n{what}\nin\n{text}");
}

#[test]
fn a_path_without_uncertainty_from_events_to_cash() {
    // Hand-worked. The note's 100 make the company worth 1,100. Round 1 brings 150 of 1,250: 12 % of the shares;
    // 106 converts at 0.8 P, P = 1,250/T, so into 0.106 T; T = 1,000/(1 − 0.12 − 0.106) = 1,291.989664 and
    // P = 0.9675. Each later round brings 15 % of a pre-money value without the note (1,150; 1,322.5; 1,520.875;
    // 1,749.00625, the last one on the day of the horizon, which still counts) at the same price of 0.9675, so
    // T = 1,422.5, 1,620.875, 1,849.00625 and 2,111.3571875 over 0.9675. The value without the note is then
    // 1.15 · 1,749.00625 = 2,011.3571875, and 2,111.3571875 over it 1.04971767353. At the end 136.950904 · 0.9675 =
    // 132.5, the others' 2,045.330426 shares take 1,978.8571875, and (1 + 10 %)^(−1826/365.25) = 0.620961831.
    let expected = "\
Events (the company's value without this deal's own money)
  date        event                         company value  new money
  2027-01-01  financing round 1, pre-money      $1,000.00    $150.00
  2028-01-01  financing round 2, pre-money      $1,150.00    $172.50
  2029-01-01  financing round 3, pre-money      $1,322.50    $198.37
  2030-01-01  financing round 4, pre-money      $1,520.87    $228.13
  2031-01-01  financing round 5, pre-money      $1,749.01    $262.35
  2031-01-01  horizon                           $2,011.36

Clauses (the company's value with this deal's own money)
  2026-01-01  Note is funded with $100.00; the company is worth $1,000.00 before and $1,100.00 after.
  2027-01-01  A share is priced at $0.9675 = (company value $1,100.00 [$1,000.00 × 1.1 for the deal's own
              money] − debt that stays $0.00 + new money $150.00) / 1,291.98966408 shares, which are 1,000
              before + 155.03875969 for the new money + 136.950904393 converted.
  2027-01-01  Note owes $106.00 = principal $100.00 + interest $6.00 (6% simple over 365/365 years, act/365
              from 2026-01-01 to 2027-01-01).
  2027-01-01  Note converts $106.00 at $0.774 = the lower of $0.774 (20% off $0.9675) and $0.80 (cap $800.00 /
              1,000 shares before): 136.950904393 shares of 1,291.98966408 (10.6%).
  2028-01-01  A share is priced at $0.9675 = (company value $1,250.00 [$1,150.00 × 1.08695652174 for the
              deal's own money] − debt that stays $0.00 + new money $172.50) / 1,470.28423773 shares, which
              are 1,291.98966408 before + 178.294573643 for the new money.
  2029-01-01  A share is priced at $0.9675 = (company value $1,422.50 [$1,322.50 × 1.07561436673 for the
              deal's own money] − debt that stays $0.00 + new money $198.37) / 1,675.32299742 shares, which
              are 1,470.28423773 before + 205.03875969 for the new money.
  2030-01-01  A share is priced at $0.9675 = (company value $1,620.87 [$1,520.87 × 1.06575162324 for the
              deal's own money] − debt that stays $0.00 + new money $228.13) / 1,911.11757106 shares, which
              are 1,675.32299742 before + 235.794573643 for the new money.
  2031-01-01  A share is priced at $0.9675 = (company value $1,849.01 [$1,749.01 × 1.05717532456 for the
              deal's own money] − debt that stays $0.00 + new money $262.35) / 2,182.28133075 shares, which
              are 1,911.11757106 before + 271.16375969 for the new money.
  2031-01-01  Everything open is marked at the company's value of $2,111.36 [$2,011.36 × 1.04971767353 for the
              deal's own money]: claims by rank first, then $0.9675 a share; others get $1,978.86 for
              2,045.33042636 shares.
  2031-01-01  Note gets $132.50 for its shares: a preference of $106.00, or 136.950904393 shares × $0.9675 =
              $132.50.

Cash (negative is paid in)
  date        tranche  for                              amount  discount factor  present value
  2026-01-01  Note     funding                        −$100.00                1       −$100.00
  2031-01-01  Note     mark at the horizon, not cash   $132.50   0.620961830967         $82.28

Totals of Investor
  invested                                                       $100.00
  received, with the mark at the horizon                         $132.50
  multiple of the money invested (MOIC)                           1.325x
";
    let text = told(&certain());
    assert!(text.contains(expected), "{text}");
    // 82.2774426 − 100; the digits beyond are pinned
    assert!(text.contains("present value at 10% a year, exact      −17.722557396"), "{text}");
    assert!(
        text.ends_with("How each tranche ended\n  2027-01-01  Note  converted in a round, at the discount\n")
    );
}

#[test]
fn conversion_prices_show_their_arithmetic() {
    let deal = |change: fn(&mut Conversion)| one_round(|debt| change(debt.conversion.as_mut().unwrap()));
    // Pre-money 700: 106/0.7 = 151.428571 shares; T = 1,151.428571/0.88, P = 1,250/T = 0.955334988.
    says(
        &deal(|conversion| {
            conversion.cap = Some(ValuationCap::of(known(700_00), CapBasis::PreMoney));
        }),
        "Note converts $106.00 at $0.70 = the lower of $0.764267990074 (20% off $0.955334987593) and $0.70 (cap $700.00 / \
         1,000 shares before): 151.428571429 shares of 1,308.44155844 (11.5732009926%).",
    );
    // Post-money 500: 106/500 = 21.2 % of the 0.88 T before new money, so T = 1,000/(0.88 − 0.18656); the cap is
    // 500/1,269.035533 = 0.394.
    says(
        &deal(|conversion| {
            conversion.cap = Some(ValuationCap::of(known(500_00), CapBasis::PostMoney));
        }),
        "Note converts $106.00 at $0.394 = the lower of $0.69344 (20% off $0.8668) and $0.394 (cap $500.00 / \
         1,269.03553299 shares with those converted, without the new money's): 269.035532995 shares of 1,442.08583295 \
         (18.656%).",
    );
    // 0.50 a share, 20 % off that too: 106/0.4 = 265 shares; T = 1,265/0.88 = 1,437.5.
    says(
        &deal(|conversion| {
            conversion.cap = Some(ValuationCap::of(known(50), CapBasis::PerShare));
            conversion.stacked = true;
        }),
        "Note converts $106.00 at $0.40 = the lower of $0.695652173913 (20% off $0.869565217391) and $0.40 (20% off cap \
         $0.50 a share): 265 shares of 1,437.5 (18.4347826087%).",
    );
    // Neither: 106/1,250 = 8.48 % of the shares; T = 1,000/0.7952, P = 0.994.
    says(
        &deal(|conversion| (conversion.cap, conversion.discount) = (None, Vec::new())),
        "Note converts $106.00 at $0.994, that price: 106.639839034 shares of 1,257.54527163 (8.48%).",
    );
    says(
        &deal(|conversion| conversion.cap = None),
        "Note converts $106.00 at $0.774 = 20% off $0.9675: 136.9509",
    );
}

#[test]
fn what_converts_only_in_part_or_not_at_all() {
    // Interest forgiven: 100 at 0.8 P is a tenth of the shares; T = 1,000/0.78, P = 0.975.
    says(
        &one_round(|debt| debt.interest.payment = InterestPayment::WaivedOnConversion),
        "Note converts $100.00 (its principal; the interest is forgiven) at $0.78 =",
    );
    // Limit 5 %: D of the 106 stays debt, 106 − D = 0.8 · 5 % · (1,250 − D), so D = 58.333333 and the shares are worth
    // 1,191.666667; new money is 150 of that, so T = 1,000/(0.95 − 0.125874), and P = 0.982083; 0.8 P is below the cap.
    let limited = one_round(|debt| {
        debt.conversion.as_mut().unwrap().ownership_limit = Some(cents(5));
    });
    says(
        &limited,
        "Note converts $47.67 = 44.9685534591% of $106.00 at $0.785666666667 = the lower of $0.785666666667 (20% off \
         $0.982083333333) and $0.80 (cap $800.00 / 1,000 shares before): 60.6703436572 shares of 1,213.40687314 (5%). The rest stays debt: the ownership \
         limit binds.",
    );
    let choice = |conversion: &mut Conversion| {
        (conversion.qualified_financing, conversion.non_qualified) =
            (Some(cents(1_000_00)), NonQualified::HolderChooses);
        (conversion.cap, conversion.discount) = (None, Vec::new());
    };
    says(
        &one_round(|debt| choice(debt.conversion.as_mut().unwrap())),
        "Note has the choice, would gain nothing by converting, and stays debt.",
    );
    // 106 of 100 post-money
    says(
        &one_round(|debt| {
            let cap = ValuationCap::of(known(100_00), CapBasis::PostMoney);
            debt.conversion.as_mut().unwrap().cap = Some(cap);
        }),
        "Note cannot convert: no share count would satisfy everyone.",
    );
}

#[test]
fn conversion_as_agreed_when_a_milestone_is_reached() {
    for (amount, basis, formula) in [
        (800_00, CapBasis::PreMoney, "$106.00 × 1,000 shares / $800.00 pre-money = 132.5 shares of 1,132.5."),
        // 106/500 = 0.212; 1,000/0.788 = 1,269.035533
        (
            500_00,
            CapBasis::PostMoney,
            "$106.00 / $500.00 post-money × 1,000 shares / (1 − 0.212) = 269.035532995 shares of 1,269.03553299.",
        ),
        (50, CapBasis::PerShare, "$106.00 / $0.50 a share = 212 shares of 1,212."),
    ] {
        let mut deal = no_round(|debt| {
            let at = Valuation { amount: known(amount), basis };
            debt.conversion.as_mut().unwrap().on_milestone = Some(OnMilestone { milestone: 0, at });
        });
        deal.milestones = vec![super::life::milestone("first", "First gigawatt")];
        says(&deal, &format!("Note converts $106.00 as agreed beforehand, {formula}"));
        says(&deal, "2027-01-01 milestone \"First gigawatt\" reached $1,000.00");
    }
    // A limit of 5 % leaves 1,000/0.95 − 1,000 = 52.631579 of the 132.5 shares, so 0.397219464 of 106 converts.
    let mut limited = no_round(|debt| {
        let conversion = debt.conversion.as_mut().unwrap();
        let at = Valuation { amount: known(800_00), basis: CapBasis::PreMoney };
        (conversion.on_milestone, conversion.ownership_limit) =
            (Some(OnMilestone { milestone: 0, at }), Some(cents(5)));
    });
    limited.milestones = vec![super::life::milestone("first", "First gigawatt")];
    says(
        &limited,
        "Note converts $42.11 = 39.7219463754% of $106.00 as agreed beforehand: $106.00 × 1,000 shares / $800.00 \
         pre-money would be 132.5 shares, the ownership limit allows 52.6315789474 of 1,052.63157895. The rest stays debt.",
    );
}

#[test]
fn the_value_behind_a_price() {
    // A round of 15 % on the day of maturity comes first, the note's 118.02 standing before the shares; it
    // makes the company worth 1,250, at which the note then converts. That value is no round's.
    let mut together = one_round(|debt| {
        debt.maturity.as_mut().unwrap().then = AtMaturity::Convert;
        debt.conversion.as_mut().unwrap().qualified_financing = None;
    });
    together.rounds.as_mut().unwrap().first = after(36);
    let own = "(company value $1,100.00 [$1,000.00 × 1.1 for the deal's own money] − debt that stays $118.02 + new money \
               $150.00)";
    says(&together, own);
    says(&together, "(company value $1,250.00 − debt that stays $0.00 + new money $0.00)");
    // A valuation of 900 given outright is that of the shares: 106 of debt come on top, and 15 % of 900 is
    // 135, so P = 900/1,000.
    let mut outright = one_round(|debt| debt.conversion = None);
    outright.rounds.as_mut().unwrap().pre_money = PreMoney::Amount(known(900_00));
    says(
        &outright,
        "A share is priced at $0.90 = (company value $1,006.00 [$900.00 for the shares + debt that stays $106.00] − debt \
         that stays $106.00 + new money $135.00) / 1,150 shares",
    );
    // Without debt that stays there is nothing on top.
    let mut alone = one_round(|_| {});
    alone.rounds.as_mut().unwrap().pre_money = PreMoney::Amount(known(900_00));
    says(&alone, "(company value $900.00 − debt that stays $0.00 + new money $135.00)");
}

#[test]
fn maturity_in_all_its_outcomes() {
    // three years from 2026-01-01 are 1,096 days: 100 + 6 · 1096/365 = 118.016438
    let loan = |change: fn(&mut Maturity)| {
        no_round(|debt| {
            debt.conversion = None;
            change(debt.maturity.as_mut().unwrap());
        })
    };
    says(&loan(|_| {}), "Note is repaid $118.02.");
    says(
        &loan(|_| {}),
        "Note owes $118.02 = principal $100.00 + interest $18.02 (6% simple over 1096/365 years, act/365 from 2026-01-01 \
         to 2029-01-01).",
    );
    // four years are 1,461 days: 124.016438
    let extended =
        loan(|maturity| maturity.extension = Some(Extension { by: Span::of_months(12), times: 1 }));
    says(&extended, "2029-01-01 Note is extended until 2030-01-01.");
    says(&extended, "2030-01-01 Note is repaid $124.02.");
    // 30 % of 118.016438 is 35.404932
    let mut default = loan(|maturity| maturity.can_pay = Some(known(0)));
    default.failure = Some(crate::model::Failure { clock: hazard(0), recovery: known(30) });
    says(
        &default,
        "Note is not repaid because the company cannot pay: recovery 30% × $118.02, at most the company's value of \
         $1,100.00, is $35.40.",
    );
    // 1,100 · exp(−2 · 1096/365.25) = 2.72290
    let mut short = loan(|_| {});
    short.company.process = Process::Gbm { drift: known(-2_00), volatility: known(0) };
    says(&short, "Note is repaid $2.72 of $118.02: the company is worth $2.72.");
    // At the cap of 0.80 118.016438 makes 147.520548 of 1,147.520548 shares, which are worth 1,100/1,147.520548 =
    // 0.958588499 each, 141.411501 in all. Nobody pays a price that the discount of 20 % could come off.
    let choice = |conversion: fn(&mut Conversion)| {
        no_round(|debt| {
            debt.maturity.as_mut().unwrap().then = AtMaturity::HolderChooses;
            conversion(debt.conversion.as_mut().unwrap());
        })
    };
    says(&choice(|_| {}), "Note would be repaid $118.02 or get shares worth $141.41: it converts.");
    says(
        &choice(|_| {}),
        "Note converts $118.02 at $0.80 = the lower of $0.958588499326 (that price) and $0.80 (cap $800.00 / 1,000 shares \
         before): 147.520547945 shares of 1,147.52054795",
    );
    // Limited to 5 % it gets 1,000/0.95 − 1,000 = 52.631579 shares for 0.80 each, 42.105263; the other
    // 118.016438 − 42.105263 = 75.911175 are repaid, and 5 % of the rest of the 1,100 is 51.204441.
    let limited = choice(|conversion| conversion.ownership_limit = Some(cents(5)));
    let part = "Note would be repaid $118.02 or get shares worth $51.20 for $42.11 of its debt: it converts.";
    says(&limited, part);
    says(&limited, "Note is repaid $75.91.");
    // A cap above the value of a share gives as much as is owed; the holder takes the money.
    let uncapped = choice(|conversion| conversion.cap = None);
    says(&uncapped, "Note would be repaid $118.02 or get shares worth $118.02: it does not convert.");
    says(&uncapped, "Note is repaid $118.02.");
}

#[test]
fn interest_in_cash_and_compounded() {
    let mut paid = no_round(|debt| {
        debt.conversion = None;
        debt.interest.payment = InterestPayment::Cash { every_months: 12 };
    });
    says(&paid, "2027-01-01 Note is paid its interest of $6.00 in cash.");
    // 365 days are 365/365.25 years: 1.1^(−365/365.25) = 0.9091502167
    says(&paid, "2027-01-01 Note interest $6.00 0.9091502167");
    if let Kind::Debt(debt) = &mut paid.instruments[0].kind {
        (debt.interest.payment, debt.interest.accrual) =
            (InterestPayment::AtEnd, Accrual::Compound { per_year: 2 });
    }
    // 2 · 1096/365 = 6.005479 half-years: 1.03^6 · (1 + 0.03 · 0.005479) = 1.194248579
    says(
        &paid,
        "Note owes $119.42 = principal $100.00 + interest $19.42 (6% compounded twice a year over 1096/365 years, act/365 \
         from 2026-01-01 to 2029-01-01).",
    );
    // 1,100 · exp(−6 · 365/365.25) = 2.737848
    let mut short = no_round(|debt| {
        debt.conversion = None;
        debt.interest.payment = InterestPayment::Cash { every_months: 12 };
    });
    short.company.process = Process::Gbm { drift: known(-6_00), volatility: known(0) };
    says(
        &short,
        "2027-01-01 Note is paid $2.74 of its interest of $6.00 in cash, all the company is worth; the rest is added to \
         the principal.",
    );
}

#[test]
fn sale_flotation_and_failure() {
    // 2 · 100 + 6 = 206 against 106/0.8 = 132.5 shares; 1,000 others share the 894 that are left, and 132.5 · 0.894 =
    // 118.455, to the even cent.
    let mut sale = no_round(|_| {});
    sale.sale = Some(Sale { clock: after(12), premium: None, ipo_instead: Vec::new() });
    says(
        &sale,
        "The sale brings $1,100.00 [$1,000.00 × 1.1 for the deal's own money]: claims by rank first, then $0.894 a share; \
         others get $894.00 for 1,000 shares.",
    );
    says(
        &sale,
        "Note gets $206.00 for its claim of $206.00 = 2x × $100.00 + $6.00, or 132.5 shares × $0.894 = $118.46.",
    );
    // The offer brings 200 of 1,300: T = 1,000/(1 − 2/13 − 132.5/1,300) = 1,343.669251, P = 0.9675.
    let mut flotation = no_round(|_| {});
    flotation.ipo = Some(Ipo { clock: after(12), new_money: Some(known(20)) });
    says(
        &flotation,
        "Note sells 136.950904393 shares at $0.9675 = (company value $1,300.00 − debt $0.00) / 1,343.66925065 shares, for \
         $132.50.",
    );
    assert!(!told(&flotation).contains("Everything open"), "nothing is open at the horizon");
    // 18 months end on 2027-07-01, 546 days on: 100 + 6 · 546/365 = 108.975342, of which 30 % are 32.692603
    let mut failure = no_round(|_| {});
    failure.failure = Some(crate::model::Failure { clock: after(18), recovery: known(30) });
    says(&failure, "2027-07-01 The company fails: Note recovers 30% × $108.98 = $32.69.");
    says(&failure, "2027-07-01 failure, value just before $1,000.00");
}

#[test]
fn shares_bought_outright() {
    let terms = ShareTerms {
        preference: Decimal::ZERO,
        participation: Participation::None,
        seniority: 0,
        ..ShareTerms::PREFERRED
    };
    let mut deal = no_round(|_| {});
    let mut at = |price| {
        deal.instruments = vec![instrument(Kind::Equity(Equity { terms, price }))];
        deal.clone()
    };
    let market = at(EquityPrice::AtFunding);
    says(
        &market,
        "Note buys 100 shares at $1.00 = (company value $1,000.00 − debt $0.00) / 1,000 shares; there are 1,100 then.",
    );
    says(&market, "Note gets $100.00 for its shares: 100 shares × $1.00 = $100.00.");
    // 800 over 1,000 shares
    says(
        &at(EquityPrice::PreMoney(known(800_00))),
        "Note buys 125 shares at $0.80, the price agreed; there are 1,125 then.",
    );
}

#[test]
fn tranches_that_are_not_funded() {
    let mut deal = no_round(|_| {});
    let (date, company) = (Gate::Date(When::After(Span::of_months(6))), RuleTerm::ValueAtMost(cents(5_00)));
    let tranche = |name: &str, gate, decision, missed| Tranche {
        name: name.into(),
        amount: known(50_00),
        gates: vec![gate],
        by: Some(Deadline::Date(When::On("2027-12-31".parse().unwrap()))),
        decision,
        missed,
        shares: None,
        outstanding_since: None,
        own: OwnTerms::default(),
    };
    let investor = Decision::Investor(vec![RuleTerm::ValueAtLeast(cents(2_000_00))]);
    deal.instruments[0].tranches.extend([
        tranche("b", date.clone(), investor, Missed::PlainDebt),
        tranche("c", date, Decision::Company(vec![company]), Missed::Lapses),
        tranche("d", Gate::Financing(cents(1_00)), Decision::Automatic, Missed::PlainDebt),
    ]);
    for what in [
        "2026-07-01 Note, b is not funded: the investor funds it if on that day the company is worth at least $2k; the \
         company is worth $1,100.00. What was funded before may no longer convert.",
        "2026-07-01 Note, c is not funded: the company draws it if on that day the company is worth at most $5; the \
         company is worth $1,100.00.",
        "2027-12-31 Note, d lapses: its last day has passed. What was funded before may no longer convert.",
        "2026-07-01 Note, b not funded: declined",
        "2027-12-31 Note, d not funded: lapsed",
    ] {
        says(&deal, what);
    }
    // After 181 days the company is worth 110 · exp(−2 · 181/365.25) = 40.828419, less than the note's 100
    let terms = ShareTerms {
        preference: Decimal::ZERO,
        participation: Participation::None,
        seniority: 0,
        ..ShareTerms::PREFERRED
    };
    let mut shares = instrument(Kind::Equity(Equity { terms, price: EquityPrice::AtFunding }));
    shares.name = "Shares".into();
    shares.tranches[0].gates = vec![Gate::Date(When::After(Span::of_months(6)))];
    let mut poor = no_round(|debt| debt.conversion = None);
    poor.company.value_today = known(10_00);
    poor.company.process = Process::Gbm { drift: known(-2_00), volatility: known(0) };
    poor.instruments.push(shares);
    says(
        &poor,
        "2026-07-01 Shares is not funded: debt leaves nothing for the shares it would buy; the company is worth $40.83.",
    );
    poor.instruments[1].tranches[0].decision = Decision::Investor(vec![RuleTerm::ValueAtLeast(cents(5_00))]);
    says(&poor, "at least $5 and debt leaves something for its shares; the company is worth $40.83.");
}

#[test]
fn milestones_missed_and_lost() {
    let mut deal = no_round(|_| {});
    let by = |mut milestone: Milestone, deadline: &str| {
        milestone.deadline = Some(When::On(deadline.parse().unwrap()));
        milestone
    };
    let mut pace = super::life::milestone("pace", "Keeps pace");
    pace.kind = MilestoneKind::Checked {
        watched: crate::model::Watched::Value,
        at_least: crate::model::Level::OfToday(known(2_00)),
        every: Span::of_months(12),
        throughout: true,
    };
    deal.milestones = vec![by(super::life::milestone("first", "First gigawatt"), "2026-06-30"), pace];
    says(&deal, "2026-06-30 milestone \"First gigawatt\" missed $1,000.00");
    says(&deal, "2027-01-01 milestone \"Keeps pace\" lost $1,000.00");
}

#[test]
fn what_is_not_the_investors_is_shown_but_not_counted() {
    let mut deal = no_round(|debt| debt.conversion = None);
    deal.instruments[0].valued = false;
    deal.strategic = vec![Strategic {
        name: "Cloud".into(),
        yearly: known(10_00),
        growth: None,
        margin: known(50),
        incremental: known(1_00),
        from: "2026-01-01".parse().unwrap(),
        until: "2031-01-01".parse().unwrap(),
        lives: StrategicLife::WhileAlive,
        starts_with: None,
    }];
    says(&deal, "2026-01-01 Note funding −$100.00 1 not counted");
    says(&deal, "multiple of the money invested (MOIC) –");
    says(&deal, "difference none");
    // 5 a year over 1826/365.25 years at ln 1.1: 5 · (1 − 0.620961831)/0.0953101798 = 19.884451
    says(&deal, "present value of the commercial flows, apart $19.88");
}

#[test]
fn numbers_beyond_the_exact_decimals_say_so() {
    let mut deal = certain();
    deal.company.value_today = Number::Known(Decimal::from_scientific("7e28").unwrap());
    says(&deal, "financing round 2, pre-money (beyond 28 digits)");
}
