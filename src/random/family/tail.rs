//! How heavy the upper tail of a family is.

use super::{Family, Law as _};

impl Family {
    /// α in P(X > x) ~ x^(−α) as x grows; infinite where the tail is lighter than any power, `None` where it is not known.
    #[must_use]
    pub fn upper_tail_index(&self) -> Option<f64> {
        match self {
            Self::Pareto(law) => Some(law.alpha()),
            Self::StudentT(law) => Some(law.degrees_of_freedom()),
            Self::Mixture(law) => law
                .parts()
                .iter()
                .filter(|(weight, _)| *weight > 0.0)
                .map(|(_, part)| part.upper_tail_index())
                .try_fold(f64::INFINITY, |least, index| Some(least.min(index?))),
            Self::Truncated(law) if self.support().1.is_infinite() => law.inner().upper_tail_index(),
            Self::Metalog(_) if self.support().1.is_infinite() => None,
            _ => Some(f64::INFINITY),
        }
    }

    /// Whether E exp(c X²) is infinite for certain: the second moment of a lognormal variable of deviation X, to
    /// c = 1 for each year. It is for all tails as heavy as an exponential one, and for a normal X where
    /// 2 c Var X ≥ 1.
    #[must_use]
    pub fn square_explodes(&self, c: f64) -> bool {
        if self.support().1.is_finite() {
            return false;
        }
        match self {
            Self::Lognormal(_)
            | Self::Exponential(_)
            | Self::Gamma(_)
            | Self::Pareto(_)
            | Self::StudentT(_)
            | Self::Metalog(_) => true,
            Self::Normal(law) => law.variance().is_some_and(|variance| 2.0 * c * variance >= 1.0),
            Self::Mixture(law) => {
                law.parts().iter().any(|(weight, part)| *weight > 0.0 && part.square_explodes(c))
            }
            Self::Truncated(law) => law.inner().square_explodes(c),
            _ => false,
        }
    }

    /// Whether E exp(c X) is infinite for certain: for tails heavier than an exponential one, and for those as heavy
    /// where c is at least their rate.
    #[must_use]
    pub fn exponential_explodes(&self, c: f64) -> bool {
        if self.support().1.is_finite() {
            return false;
        }
        match self {
            Self::Lognormal(_) | Self::Pareto(_) | Self::StudentT(_) => true,
            Self::Exponential(_) | Self::Gamma(_) => {
                // The scale: variance over mean of both.
                self.variance().zip(self.mean()).is_some_and(|(variance, mean)| c * variance >= mean)
            }
            Self::Mixture(law) => {
                law.parts().iter().any(|(weight, part)| *weight > 0.0 && part.exponential_explodes(c))
            }
            Self::Truncated(law) => law.inner().exponential_explodes(c),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Exponential, Gamma, Lognormal, Mixture, Normal, Pareto, StudentT, Uniform};
    use super::*;

    /// Known laws: the index of a Pareto law is its exponent, of Student's t its degrees of freedom; of a mixture
    /// the heaviest part's. A truncated tail is none.
    #[test]
    fn indices_of_known_laws() {
        let pareto: Family = Pareto::new(1.0, 1.5).unwrap().into();
        assert_eq!(pareto.upper_tail_index(), Some(1.5));
        let student: Family = StudentT::new(3.0, 0.0, 1.0).unwrap().into();
        assert_eq!(student.upper_tail_index(), Some(3.0));
        let light: Family = Lognormal::new(0.0, 2.0).unwrap().into();
        assert_eq!(light.upper_tail_index(), Some(f64::INFINITY));
        let mixed: Family = Mixture::new(vec![(0.9, light), (0.1, pareto.clone())]).unwrap().into();
        assert_eq!(mixed.upper_tail_index(), Some(1.5));
        let cut: Family = pareto.truncated(1.0, 50.0).unwrap();
        assert_eq!(cut.upper_tail_index(), Some(f64::INFINITY));
    }

    /// Hand-worked: E exp(c X²) of a normal X with deviation 0.5 is infinite from c = 2 on; E exp(c X) of an
    /// exponential X with mean 0.1, and of a gamma X with that scale, from c = 10 on.
    #[test]
    fn moments_that_explode() {
        let normal: Family = Normal::new(0.6, 0.5).unwrap().into();
        assert!(normal.square_explodes(2.0) && !normal.square_explodes(1.99));
        assert!(!normal.exponential_explodes(100.0));
        let waiting: Family = Exponential::from_mean(0.1).unwrap().into();
        assert!(waiting.exponential_explodes(10.01) && !waiting.exponential_explodes(9.99));
        let gamma: Family = Gamma::new(3.0, 0.1).unwrap().into();
        assert!(gamma.exponential_explodes(10.01) && !gamma.exponential_explodes(9.99));
        let wide: Family = Lognormal::new(-0.5, 0.1).unwrap().into();
        assert!(wide.square_explodes(0.01) && wide.exponential_explodes(0.01));
        let bounded: Family = Uniform::new(0.1, 0.9).unwrap().into();
        assert!(!bounded.square_explodes(100.0));
        let cut: Family = wide.truncated(0.0, 1.0).unwrap();
        assert!(!cut.square_explodes(100.0));
    }
}
