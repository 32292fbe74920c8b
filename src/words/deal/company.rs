//! The company's value, other factors, and what moves together.

use super::{Paragraph, Teller, figures};
use crate::model::{Company, Copula, CorrelationGroup, DatedValue, Factor, Jumps, Number, Process, Unit};

impl Teller<'_> {
    pub(super) fn company(&self, company: &Company) -> Paragraph {
        let Company { value_today, process, fully_diluted_shares, capitalization } = company;
        let name = &self.scenario.deal.company;
        let today = self.number(*value_today, Unit::Money);
        let mut lines = vec![format!(
            "{name} is worth {today} today: all classes of shares, before any new money of the deal or of later \
             rounds."
        )];
        lines.extend(self.process(process));
        lines.push(format!("It has {} fully diluted shares today.", figures::number(*fully_diluted_shares)));
        let currency = &self.scenario.deal.currency;
        lines.extend(
            capitalization.iter().flat_map(|classes| super::capital::capitalization(classes, currency)),
        );
        Paragraph::new("The company", lines)
    }

    fn process(&self, process: &Process) -> Vec<String> {
        let fraction = |number: Number| self.number(number, Unit::Fraction);
        match process {
            Process::Gbm { drift, volatility } => vec![format!(
                "Its value moves as geometric Brownian motion: expected growth {} a year (continuously compounded), \
                 volatility {} a year.",
                fraction(*drift),
                fraction(*volatility)
            )],
            Process::Merton { drift, volatility, jumps: Jumps { per_year, mean_log, sd_log } } => vec![
                format!(
                    "Its value moves as geometric Brownian motion with jumps: expected growth {} a year (continuously \
                     compounded, jumps included), volatility {} a year between jumps.",
                    fraction(*drift),
                    fraction(*volatility)
                ),
                format!(
                    "Jumps come at random, on average {} a year. The logarithm of a jump's factor is normal \
                     with mean {} and standard deviation {}.",
                    self.number(*per_year, Unit::Number),
                    self.number(*mean_log, Unit::Number),
                    self.number(*sd_log, Unit::Number)
                ),
            ],
            Process::AtDates(dates) => {
                let mut lines = vec![
                    "Its value is given by its distribution at dates, joined by one Brownian motion:"
                        .to_owned(),
                ];
                lines.extend(dates.iter().map(|DatedValue { years, family, text }| {
                    format!(
                        "on {}: {}; the file says {text}.",
                        self.date(*years),
                        self.family(family, Unit::Money)
                    )
                }));
                lines
            }
        }
    }

    pub(super) fn factors(&self, factors: &[Factor]) -> Option<Paragraph> {
        let told = |Factor { name, drift, volatility }: &Factor| {
            format!(
                "\"{name}\" is 1 today and moves as geometric Brownian motion: expected growth {} a year (continuously \
                 compounded), volatility {} a year.",
                self.number(*drift, Unit::Fraction),
                self.number(*volatility, Unit::Fraction)
            )
        };
        let lines: Vec<String> = factors.iter().map(told).collect();
        (!lines.is_empty()).then(|| Paragraph::new("Other factors", lines))
    }

    pub(super) fn correlations(&self, groups: &[CorrelationGroup]) -> Option<Paragraph> {
        let mut lines = Vec::new();
        for CorrelationGroup { members, matrix, copula } in groups {
            let joined = match copula {
                Copula::Gaussian => "normal copula".to_owned(),
                Copula::StudentT(degrees) => {
                    let degrees = figures::as_written(*degrees);
                    format!("Student's t copula with {degrees} degrees of freedom, so extremes come together")
                }
            };
            for (row, one) in members.iter().enumerate() {
                for (column, other) in members.iter().enumerate().skip(row + 1) {
                    lines.push(format!(
                        "{} and {}: correlation {} ({joined}).",
                        self.coordinate(*one),
                        self.coordinate(*other),
                        figures::as_written(matrix[row][column])
                    ));
                }
            }
        }
        (!lines.is_empty()).then(|| Paragraph::new("What moves together", lines))
    }
}
