use super::path::{certain, says};
use crate::model::{
    AntiDilution, CapBasis, Capitalization, DividendKind, Dividends, Equity, EquityPrice, Grant, Holding,
    Ipo, IpoRatchet, Kind, MostFavoured, PayToPlay, PayToPlayRounds, PoolChange, PricingConvention, Safe,
    Sale, Scenario, Series, ShareTerms, ValuationCap, Warrant, When,
};
use crate::number::Decimal;
use crate::quantity::Span;
use crate::simulate::fixture::{after, cents, costs, instrument, known};

/// Common shares for 100 in a company worth 1,000; 250 of its 1,000 shares are a series at that price.
fn tabled(issue_price: i64, terms: ShareTerms) -> Scenario {
    let mut deal = certain();
    deal.rounds.as_mut().unwrap().then = None;
    let equity = Equity { terms: ShareTerms::COMMON, price: EquityPrice::AtFunding };
    deal.instruments = vec![instrument(Kind::Equity(equity))];
    let holding = |shares| Holding { holder: "Someone".into(), shares: cents(shares) };
    let series = Series {
        name: "Series A".into(),
        holders: vec![holding(250_00)],
        issue_price: cents(issue_price),
        conversion_price: cents(issue_price),
        terms,
        dividends_since: deal.deal.valuation_date,
        dividends_owed: Decimal::ZERO,
        pay_to_play: None,
    };
    deal.company.capitalization = Some(Capitalization {
        common: vec![holding(600_00)],
        options: vec![Grant {
            name: "staff".into(),
            holder: "staff".into(),
            shares: cents(50_00),
            strike: cents(20),
        }],
        pool: cents(100_00),
        preferred: vec![series],
        warrants: Vec::new(),
    });
    deal
}

#[test]
fn a_round_tells_each_class_and_what_its_price_moves() {
    // hand-worked: 1,100 for 1,100 shares; 2 × (1,000 + 75) / (1,000 + 150), the pool not counted
    let terms = ShareTerms { anti_dilution: AntiDilution::BroadWeightedAverage, ..ShareTerms::PREFERRED };
    let mut deal = tabled(2_00, terms);
    says(
        &deal,
        "Series A: the round's $1.00 is below the conversion price of $2.00, which falls to $1.86956521739 = $2.00 × (1,000 + \
         $150.00 / $2.00) / (1,000 + 150).",
    );
    says(&deal, "common shares: 600 → 750.");
    says(&deal, "unallocated pool: 100.");
    deal.company.capitalization.as_mut().unwrap().preferred[0].pay_to_play = Some(PayToPlay {
        buys: cents(40),
        shares_per_common: Decimal::TEN,
        applies_in: PayToPlayRounds::Down,
    });
    says(&deal, "Series A: pay to play; 100 of 250 shares stay preferred, the rest become 15 common shares.");
    let terms = ShareTerms { anti_dilution: AntiDilution::FullRatchet, ..ShareTerms::PREFERRED };
    says(&tabled(2_00, terms), "Series A: full ratchet, the conversion price falls from $2.00 to $1.00.");
}

#[test]
fn a_price_follows_from_the_terms_of_its_round() {
    // hand-worked: 1,100/1,200 a share with 100 more options
    let mut deal = tabled(80, ShareTerms::PREFERRED);
    let pricing = &mut deal.rounds.as_mut().unwrap().pricing;
    pricing.pool = PoolChange::IncreaseBy(cents(100_00));
    says(&deal, "1,100 before + 163.636363636 for the new money + 100 for the pool.");
    deal.rounds.as_mut().unwrap().pricing.convention = PricingConvention::PreMoneyMethod;
    says(&deal, "/ 1,200 shares before conversions; there are 1,363.63636364 then");
    let pricing = &mut deal.rounds.as_mut().unwrap().pricing;
    (pricing.convention, pricing.pool) =
        (PricingConvention::DollarsInvested, PoolChange::UnallocatedAfterMoney(cents(20)));
    // hand-worked: 1,150 are no pool, and 80 % of all
    says(&deal, "+ new money $150.00 + what converts) / 1,250 shares; there are 1,437.5 then");
    deal.rounds.as_mut().unwrap().pricing.convention = PricingConvention::PercentageOwnership;
    says(&deal, "/ 1,250 shares; with the pool enlarged after it there are 1,437.5, which are");
}

#[test]
fn a_sale_tells_its_costs_and_what_each_class_gets() {
    // hand-worked: 1,100 less 2 % and 10 % is 968; the 978 with the strikes are for 1,000 shares
    let mut deal = tabled(80, ShareTerms::PREFERRED);
    deal.rounds = None;
    deal.sale = Some(Sale { clock: after(12), premium: None, ipo_instead: Vec::new() });
    deal.sale_costs = costs(2, 10);
    says(
        &deal,
        "Of the price of $1,100.00 [$1,000.00 × 1.1 for the deal's own money], fees take $22.00 and the management $110.00; $968.00 are left.",
    );
    says(&deal, "options staff gets $38.90: 50 × ($0.978 − strike $0.20), if positive.");
    says(&deal, "Series A gets $244.50: a preference of $200.00, or 250 shares × $0.978 = $244.50.");
}

#[test]
fn a_flotation_tells_dividends_and_ratchets() {
    // hand-worked: 365 days at 8 % on 200 are 16, 20 shares at 0.80; 250 × 1.50 = 375 leave 725 of 1,100 for 750
    let dividends = Dividends {
        rate: cents(8),
        kind: DividendKind::Simple,
        kept_on_conversion: true,
        within_participation_cap: true,
    };
    let terms = ShareTerms {
        dividends: Some(dividends),
        ipo_ratchet: Some(IpoRatchet::Price(cents(1_50))),
        ..ShareTerms::PREFERRED
    };
    let mut deal = tabled(80, terms);
    deal.rounds = None;
    deal.ipo = Some(Ipo { clock: after(12), new_money: None });
    says(&deal, "Series A: dividends of $16.00 at the conversion price of $0.80 are 20 more shares.");
    says(
        &deal,
        "Series A: the ratchet promises $1.50 a share, and the offer is $0.966666666667: 250 × $1.50 / $0.966666666667 = \
         387.931034483 shares.",
    );
}

#[test]
fn warrants_and_most_favoured_safes() {
    // hand-worked: 1,100 shares of 1,000; 45 are left of 100
    let mut deal = certain();
    deal.rounds = None;
    let expires = Some(When::After(Span::of_months(6)));
    deal.instruments = vec![instrument(Kind::Warrant(Warrant { strike: known(50), expires }))];
    deal.instruments[0].name = "Warrants".into();
    deal.instruments[0].tranches[0].amount = known(0);
    deal.instruments[0].tranches[0].shares = Some(cents(100_00));
    says(
        &deal,
        "Warrants vests for $0.00: 100 warrants with a strike of $0.50; the company is worth $1,000.00",
    );
    says(
        &deal,
        "Warrants exercises 100 warrants at $0.50: a share is worth $0.909090909091 = (company value $1,000.00",
    );
    says(&deal, "leaves 100 × (1 − $0.50 / $0.909090909091) = 45 shares.");
    deal.instruments[0].kind = Kind::Warrant(Warrant { strike: known(2_00), expires });
    says(&deal, "Warrants: 100 warrants with a strike of $2.00 lapse worthless");
    let safe = |cap: Option<i64>, most_favoured| {
        let cap = cap.map(|cap| ValuationCap::of(known(cap * 100), CapBasis::PostMoney));
        let into = ShareTerms::PREFERRED;
        let cash_out_multiple = Decimal::ONE;
        Kind::Safe(Safe {
            cap,
            discount: Decimal::ZERO,
            stacked: false,
            most_favoured,
            into,
            cash_out_multiple,
        })
    };
    let mut deal = certain();
    deal.instruments =
        vec![instrument(safe(None, Some(MostFavoured::LowestCap))), instrument(safe(Some(500), None))];
    deal.instruments[0].name = "Early".into();
    deal.instruments[1].name = "Late".into();
    says(&deal, "Early takes over the terms of Late: most favoured.");
    // hand-worked: a fifth each of what there is before the new money
    says(&deal, "Early converts $100.00 at");
}

#[test]
fn a_carve_out_after_debt_is_told_apart() {
    let mut deal = tabled(80, ShareTerms::PREFERRED);
    deal.sale = Some(Sale { clock: after(12), premium: None, ipo_instead: Vec::new() });
    let heading = "IPO, sale and failure";
    deal.sale_costs = costs(2, 10);
    let line = "In a sale 2% of the price for fees and 10% of the price for the management come off before anyone else is paid.";
    super::told(&deal, heading, line);
    deal.sale_costs.carve_out.after_debt = true;
    let line = "In a sale 2% of the price for fees comes off before anyone else is paid. In a sale the management gets 10% of \
                what debt leaves, before all shares.";
    super::told(&deal, heading, line);
}
