//! Rectangles, hatching and the spacing of labels along a line. All in pixels, y downwards.

/// A point in pixels.
pub(super) type Point = (f64, f64);

/// A rectangle in pixels; `x0 <= x1`, `y0 <= y1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x0: f64,
    pub(super) y0: f64,
    pub(super) x1: f64,
    pub(super) y1: f64,
}

impl Rect {
    pub(super) fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Rect { x0, y0, x1, y1 }
    }

    pub(super) fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    pub(super) fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    pub(super) fn contains(&self, (x, y): Point) -> bool {
        self.x0 <= x && x <= self.x1 && self.y0 <= y && y <= self.y1
    }

    pub(super) fn inside(&self, outer: &Rect) -> bool {
        outer.contains((self.x0, self.y0)) && outer.contains((self.x1, self.y1))
    }

    /// Larger by `dx` and `dy` on every side.
    pub(super) fn grown(&self, dx: f64, dy: f64) -> Rect {
        Rect::new(self.x0 - dx, self.y0 - dy, self.x1 + dx, self.y1 + dy)
    }

    pub(super) fn corners(&self) -> [Point; 4] {
        [(self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1)]
    }
}

/// Lines at 45° that hatch a polygon (even-odd rule), `gap` pixels apart along x.
pub(super) fn hatch(polygon: &[Point], gap: f64) -> Vec<[Point; 2]> {
    // Each hatch line is x + y = c. It crosses an edge where c lies between the sums at the edge's ends.
    let sums = polygon.iter().map(|&(x, y)| x + y);
    let (low, high) =
        sums.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), s| (low.min(s), high.max(s)));
    let mut lines = Vec::new();
    // Lines of neighbouring shapes continue each other because they start from a common origin.
    let mut c = (libm::floor(low / gap) + 0.5) * gap;
    while c < high {
        let mut crossings: Vec<f64> = Vec::new();
        for (i, &(ax, ay)) in polygon.iter().enumerate() {
            let (bx, by) = polygon[(i + 1) % polygon.len()];
            let (a, b) = (ax + ay - c, bx + by - c);
            if (a <= 0.0) != (b <= 0.0) {
                crossings.push(ax + (bx - ax) * (a / (a - b)));
            }
        }
        crossings.sort_by(f64::total_cmp);
        lines.extend(crossings.chunks_exact(2).map(|x| [(x[0], c - x[0]), (x[1], c - x[1])]));
        c += gap;
    }
    lines
}

/// Positions as near as can be (least squares) to those wanted, in the same order, at least `gap` apart and
/// within `low..=high`; if there is no room for all, they start at `low` and run over.
///
/// Subtracting `gap` times the rank turns the spacing rule into monotony, which pooling adjacent violators
/// solves (Ayer et al. 1955).
pub(super) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut pools: Vec<(f64, usize)> = Vec::new(); // sum and number of pooled positions
    for (rank, &i) in order.iter().enumerate() {
        pools.push((wanted[i] - gap * rank as f64, 1));
        while let [.., (a, n), (b, m)] = pools[..]
            && a / n as f64 > b / m as f64
        {
            pools.truncate(pools.len() - 2);
            pools.push((a + b, n + m));
        }
    }
    let highest = f64::max(low, high - gap * wanted.len().saturating_sub(1) as f64);
    let level = pools.iter().flat_map(|&(sum, n)| std::iter::repeat_n(sum / n as f64, n));
    let mut placed = vec![0.0; wanted.len()];
    for ((rank, &i), y) in order.iter().enumerate().zip(level) {
        placed[i] = y.clamp(low, highest) + gap * rank as f64;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_a_square_stays_within_it() {
        // hand-worked: x + y = 5, 15 cut the square 0..10 in (0,5)-(5,0) and (5,10)-(10,5)
        let square = Rect::new(0.0, 0.0, 10.0, 10.0);
        let lines = hatch(&square.corners(), 10.0);
        assert_eq!(lines, [[(0.0, 5.0), (5.0, 0.0)], [(5.0, 10.0), (10.0, 5.0)]]);
    }

    #[test]
    fn labels_move_apart_evenly_and_stay_within_bounds() {
        // hand-worked: two labels wanted at 10 and 10, 4 apart, centre on 10
        assert_eq!(spread(&[10.0, 10.0], 4.0, 0.0, 20.0), [8.0, 12.0]);
        assert_eq!(spread(&[10.0, 2.0], 4.0, 0.0, 20.0), [10.0, 2.0]);
        assert_eq!(spread(&[19.0, 20.0, 20.0], 4.0, 0.0, 20.0), [12.0, 16.0, 20.0]);
        assert_eq!(spread(&[0.0, 1.0], 4.0, 0.0, 20.0), [0.0, 4.0]);
        assert!(spread(&[], 4.0, 0.0, 20.0).is_empty());
    }
}
