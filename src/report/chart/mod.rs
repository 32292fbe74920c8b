//! Charts for a memo: one drawing, two files. plotters draws the SVG, resvg turns that SVG into a PNG at 300
//! dpi, and the only font is the one embedded here, so that every machine makes the same bytes.
//!
//! A chart is a struct of plain numbers with a `draw` method. Titles come from the caller and describe; no
//! chart claims a finding. Labels stand beside what they name, never over each other and never cut off; a name
//! without room ends in an ellipsis, and the whole of it is in the text for readers who cannot see the picture.
//! Nothing to show is a frame that says why, not an error.

mod branches;
mod bridge;
mod canvas;
mod cases;
mod compare;
mod convergence;
mod correlations;
mod events;
mod exceedance;
mod fan;
mod font;
mod geometry;
mod heat;
mod histogram;
mod line;
mod moic;
mod page;
mod palette;
mod panel;
mod payoff;
mod raster;
mod render;
mod sale;
mod scale;
mod strip;
#[cfg(test)]
mod tests;
mod timing;
mod tornado;
mod tree;
#[cfg(test)]
pub(super) use tests::faults;

use thiserror::Error;

pub use branches::{Branch, Branches};
pub use bridge::{Bridge, Step};
pub use cases::{Case, Cases, Difference};
pub use compare::{Compare, ComparePoint, Differences};
pub use convergence::Convergence;
pub(in crate::report) use correlations::MOST_ROWS as MOST_CORRELATIONS;
pub use correlations::{CorrelatedPair, Correlations};
pub use events::Event;
pub use exceedance::{Exceedance, ExceedancePoint, Threshold};
pub use fan::Fan;
pub use heat::{Heat, HeatCell};
pub use histogram::{Atom, Histogram, LossLine};
pub use line::{Line, LinePoint};
pub use moic::{MoicBucket, MoicBuckets};
pub use palette::{Meaning, Recolouring};
pub use payoff::{Kink, LineRole, Payoff, PayoffLine};
pub use sale::{SaleLine, SalePayoffs};
pub use scale::Unit;
pub use timing::{Timing, TimingSeries};
pub use tornado::{Tornado, TornadoRow};
pub use tree::{Exit, Stage, Tree};

/// What stands around a chart.
#[derive(Clone, Debug)]
pub struct Frame {
    /// One line, bold: what is shown, not what it proves.
    pub title: String,
    /// One line: the metric, its unit and the case.
    pub subtitle: String,
    /// One line at the foot: scenario, run, paths, seed, valuation date.
    pub source: String,
    /// A symbol (`$`) or a code (`CHF`), put before every amount.
    pub currency: String,
    /// How large the chart is.
    pub size: Size,
    /// Other colours than the house's.
    pub recolouring: Recolouring,
}

/// The size of a chart. The layout is made in units in which labels are 11 high; charts with many rows grow
/// higher than asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width of the layout; 560 or more to be readable.
    pub width: f64,
    /// Least height of the layout; 300 or more to be readable.
    pub height: f64,
    /// CSS pixels (96 to the inch) to one unit of the layout.
    pub zoom: f64,
}

impl Size {
    /// The text width of a page: 6.5 in × 3.75 in.
    pub const PAGE: Size = Size { width: 624.0, height: 360.0, zoom: 1.0 };
    /// A slide: 10 in × 5.6 in. The layout is that of a page, enlarged, so that it can be read from afar.
    pub const SLIDE: Size = Size { width: 624.0, height: 349.44, zoom: 960.0 / 624.0 };

    /// The same size on paper with text larger by a factor: the layout has less room.
    #[must_use]
    pub fn with_text(self, factor: f64) -> Size {
        Size { width: self.width / factor, height: self.height / factor, zoom: self.zoom * factor }
    }
}

/// A finished chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What kind of chart it is, fit for a file name: `histogram`.
    pub id: String,
    /// The title, in full.
    pub title: String,
    /// The chart in words, with its numbers: for `alt` texts and readers who cannot see it.
    pub alt: String,
    /// The drawing. It has no `id` attributes, so that any number of charts fit into one page.
    pub svg: String,
}

impl Chart {
    /// The picture of the drawing: 300 dpi (1950 pixels wide for [`Size::PAGE`]), opaque white ground.
    ///
    /// # Errors
    ///
    /// [`ChartError::Raster`] if the SVG cannot be rasterised.
    pub fn png(&self) -> Result<Vec<u8>, ChartError> {
        raster::png(&self.svg)
    }
}

/// Why a chart could not be made.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ChartError {
    /// The font that is built into the program could not be read.
    #[error("the embedded font could not be read")]
    Font,
    /// plotters refused to draw.
    #[error("the chart could not be drawn: {0}")]
    Draw(String),
    /// The SVG could not be turned into a picture.
    #[error("the chart could not be rasterised: {0}")]
    Raster(String),
    /// Columns that belong together differ in length.
    #[error("{chart}: `{column}` has {found} values where {expected} are needed")]
    Length {
        /// The kind of chart.
        chart: &'static str,
        /// The column at fault.
        column: &'static str,
        /// How many values it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
}

/// Contrast ratio of a colour, in red, green and blue, to white (WCAG 2.2).
pub(super) fn contrast((red, green, blue): (u8, u8, u8)) -> f64 {
    palette::contrast_on_white(palette::Colour(red, green, blue))
}

/// Fails unless a column has the length it should have.
fn same_length(
    chart: &'static str,
    column: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), ChartError> {
    if found == expected { Ok(()) } else { Err(ChartError::Length { chart, column, found, expected }) }
}
