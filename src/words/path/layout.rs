//! Lines and tables of a fixed width.

/// Text under construction.
pub(super) struct Page {
    width: usize,
    text: String,
}

/// Spaces before everything under a heading.
const INDENT: usize = 2;
/// Spaces between the columns of a table.
const GAP: usize = 2;

impl Page {
    pub(super) fn new(width: usize) -> Self {
        Self { width, text: String::new() }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// A paragraph that starts at the margin.
    pub(super) fn line(&mut self, text: &str) {
        self.block("", text);
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.text.push('\n');
        self.line(text);
    }

    /// A paragraph behind a label of its own; later lines stand under the first one's text.
    pub(super) fn entry(&mut self, label: &str, text: &str) {
        self.block(&format!("{:INDENT$}{label}{:GAP$}", "", ""), text);
    }

    fn block(&mut self, start: &str, text: &str) {
        let indent = length(start);
        for (index, line) in wrap(text, self.width - indent).iter().enumerate() {
            let line = if index == 0 { format!("{start}{line}") } else { format!("{:indent$}{line}", "") };
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    /// A table. Columns from `numbers` on are aligned to the right; if it is too wide, the widest column gives way.
    pub(super) fn table(&mut self, rows: &[Vec<String>], numbers: usize) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| length(cell)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..columns).map(widest).collect();
        let room = self.width.saturating_sub(INDENT + GAP * columns.saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max() else { break };
            *widest -= 1;
        }
        for row in rows {
            let cells: Vec<Vec<String>> =
                row.iter().zip(&widths).map(|(cell, width)| wrap(cell, *width)).collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                let mut text = " ".repeat(INDENT);
                for (column, (cell, &width)) in cells.iter().zip(&widths).enumerate() {
                    let cell = cell.get(line).map_or("", String::as_str);
                    let space = " ".repeat(width - length(cell).min(width));
                    let (before, after) =
                        if column < numbers { ("", space.as_str()) } else { (space.as_str(), "") };
                    text.extend([before, cell, after]);
                    text += &" ".repeat(GAP);
                }
                self.text.push_str(text.trim_end());
                self.text.push('\n');
            }
        }
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Breaks a text between words; a word longer than the width is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let line = lines.last_mut().map(|line| (length(line), line));
            let Some((used, line)) = line else { break };
            let gap = usize::from(used > 0);
            if used + gap + word.len() <= width {
                line.push_str(&" ".repeat(gap));
                line.extend(&word);
                break;
            }
            if used == 0 {
                line.extend(word.drain(..width.min(word.len())));
            }
            lines.push(String::new());
        }
    }
    lines
}
