//! A sheet that is filled from top to bottom: title, tables with their headings, charts beside or beneath.

use rust_xlsxwriter::{
    Chart, ColNum, ExcelDateTime, Format, FormatBorder, RowNum, Table, TableColumn, TableStyle, Url,
    Worksheet, XlsxError,
};

use super::cell::{self, Cell, INPUT, Scale, Styles};

/// A4.
const PAPER: u8 = 9;
/// Characters of a line of notes.
const LINE: usize = 110;
/// Widths of columns, in characters.
const NARROW: usize = 10;
const WIDE: usize = 58;
/// Excel takes no longer text in a cell (ECMA-376 part 1, 18.18.93).
const LONGEST: usize = 32_000;
/// A sheet of so many rows is printed on one page.
const ONE_PAGE: RowNum = 75;
/// Pixels of a row, and of a character of a column's width.
const ROW: u32 = 20;

/// A sheet in the making.
pub(super) struct Page<'a> {
    pub(super) name: &'static str,
    pub(super) about: String,
    styles: &'a Styles,
    sheet: Worksheet,
    /// The next free row.
    next: RowNum,
    /// Characters that each column holds.
    widths: Vec<usize>,
    /// Rows above the first table's data.
    frozen: Option<RowNum>,
    tables: u32,
    /// Rows with long texts: column and length.
    wrapped: Vec<(RowNum, Vec<(usize, usize)>)>,
}

/// Where a table stands: its data, without head and total.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) sheet: &'static str,
    pub(super) first: RowNum,
    pub(super) last: RowNum,
    /// Columns of the table.
    pub(super) columns: ColNum,
}

impl Span {
    /// One column of the table.
    pub(super) fn column(&self, column: ColNum) -> (&'static str, RowNum, ColNum, RowNum, ColNum) {
        (self.sheet, self.first, column, self.last, column)
    }

    /// The first rows of the table only.
    pub(super) fn rows(self, count: usize) -> Self {
        let last = self.first + RowNum::try_from(count.max(1)).unwrap_or(1) - 1;
        Self { last: last.min(self.last), ..self }
    }
}

/// A table to be set.
pub(super) struct Grid<'a> {
    /// Heading above it; may be empty.
    pub(super) heading: &'a str,
    /// Name of the table, unique in the workbook.
    pub(super) name: &'static str,
    pub(super) head: Vec<&'a str>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// A row beneath, which belongs to no table.
    pub(super) total: Option<Vec<Cell>>,
    /// Column of figures that were put in, to be marked.
    pub(super) input: Option<usize>,
}

impl<'a> Page<'a> {
    pub(super) fn new(
        styles: &'a Styles,
        name: &'static str,
        title: &str,
        about: &str,
    ) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
        sheet.set_screen_gridlines(false).set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
        sheet.set_footer("&L&A&RPage &P of &N");
        let mut page = Self {
            name,
            about: about.to_owned(),
            styles,
            sheet,
            next: 0,
            widths: Vec::new(),
            frozen: None,
            tables: 0,
            wrapped: Vec::new(),
        };
        page.text(&cut(title), &cell::title())?;
        page.note(about)?;
        Ok(page)
    }

    fn text(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.next, 0, text, format)?;
        self.next += 1;
        Ok(())
    }

    /// Lines of notes across the columns.
    pub(super) fn note(&mut self, note: &str) -> Result<(), XlsxError> {
        for line in lines(note) {
            self.text(&cut(&line), &cell::note())?;
        }
        Ok(())
    }

    /// A paragraph: a heading and lines.
    pub(super) fn paragraph(&mut self, heading: &str, lines: &[String]) -> Result<(), XlsxError> {
        self.next += 1;
        self.text(&cut(heading), &cell::heading())?;
        for line in lines {
            for part in self::lines(line) {
                self.text(&cut(&part), &Format::new())?;
            }
        }
        Ok(())
    }

    /// A line that leads to another sheet.
    pub(super) fn link(&mut self, sheet: &str, about: &str) -> Result<(), XlsxError> {
        let url = Url::new(format!("internal:'{sheet}'!A1")).set_text(sheet);
        self.sheet.write_url(self.next, 0, url)?;
        let lines = lines(about);
        for line in &lines {
            self.sheet.write_string(self.next, 1, cut(line))?;
            self.next += 1;
        }
        self.next += RowNum::from(lines.is_empty());
        self.widen(0, sheet.len() + 2);
        Ok(())
    }

    fn widen(&mut self, column: usize, characters: usize) {
        if self.widths.len() <= column {
            self.widths.resize(column + 1, NARROW);
        }
        self.widths[column] = self.widths[column].max(characters.min(WIDE));
    }

    /// Sets a table and says where; none if it has no rows.
    pub(super) fn table(&mut self, grid: Grid<'_>) -> Result<Option<Span>, XlsxError> {
        let Grid { heading, name, head, rows, total, input } = grid;
        if rows.is_empty() {
            return Ok(None);
        }
        self.next += 1;
        if !heading.is_empty() {
            self.text(heading, &cell::heading())?;
        }
        let top = self.next;
        let numeric = |column: usize| rows.iter().any(|row| row[column].number().is_some());
        let columns: Vec<TableColumn> = head
            .iter()
            .enumerate()
            .map(|(i, text)| TableColumn::new().set_header(*text).set_header_format(cell::head(numeric(i))))
            .collect();
        let scales: Vec<Scale> = (0..head.len()).map(|column| scale(&rows, column)).collect();
        for (i, text) in head.iter().enumerate() {
            self.widen(i, head_width(text));
        }
        let head_lines = head.iter().enumerate().map(|(i, text)| wrapped(text, self.widths[i])).max();
        self.height(top, head_lines.unwrap_or(1))?;
        self.next += 1;
        let span = Span {
            sheet: self.name,
            first: self.next,
            last: self.next + RowNum::try_from(rows.len()).unwrap_or(RowNum::MAX) - 1,
            columns: ColNum::try_from(head.len()).unwrap_or(ColNum::MAX),
        };
        for row in &rows {
            self.row(row, &scales, |format, column| {
                if Some(column) == input { format.set_font_color(INPUT) } else { format }
            })?;
        }
        let table = Table::new().set_name(name).set_columns(&columns).set_style(TableStyle::Light1);
        let table = table.set_autofilter(rows.len() > 12).set_banded_rows(false);
        self.sheet.add_table(top, 0, span.last, span.columns - 1, &table)?;
        if let Some(total) = total {
            let bold = |format: Format, _| format.set_bold().set_border_top(FormatBorder::Thin);
            self.row(&total, &scales, bold)?;
        }
        self.tables += 1;
        self.frozen = self.frozen.or(Some(span.first));
        Ok(Some(span))
    }

    /// Makes room for so many lines; programs do not agree on doing so by themselves.
    fn height(&mut self, row: RowNum, lines: usize) -> Result<(), XlsxError> {
        if lines > 1 {
            // Excel takes no more than 409 points.
            self.sheet.set_row_height(row, (15.0 * lines as f64).min(405.0))?;
        }
        Ok(())
    }

    fn row(
        &mut self,
        cells: &[Cell],
        scales: &[Scale],
        look: impl Fn(Format, usize) -> Format,
    ) -> Result<(), XlsxError> {
        let row = self.next;
        let mut texts = Vec::new();
        for (index, (content, scale)) in cells.iter().zip(scales).enumerate() {
            let column = ColNum::try_from(index).unwrap_or(ColNum::MAX);
            let format = look(self.styles.of(content, *scale, index == 0), index);
            match content {
                Cell::Empty => {
                    self.sheet.write_blank(row, column, &format)?;
                }
                Cell::Text(text) => {
                    self.sheet.write_string_with_format(row, column, cut(text), &format)?;
                    let length = text.chars().count() + 2;
                    self.widen(index, length);
                    if length > WIDE {
                        texts.push((index, length));
                    }
                }
                Cell::Day(day) => self.day(row, column, day, &format)?,
                other => {
                    let number = other.number().unwrap_or_default();
                    self.sheet.write_number_with_format(row, column, number, &format)?;
                    self.widen(index, 13);
                }
            }
        }
        if !texts.is_empty() {
            self.wrapped.push((row, texts));
        }
        self.next += 1;
        Ok(())
    }

    /// A date as one, unless Excel has no such day.
    fn day(&mut self, row: RowNum, column: ColNum, day: &str, format: &Format) -> Result<(), XlsxError> {
        self.widen(column.into(), 12);
        match ExcelDateTime::parse_from_str(day) {
            Ok(date) => self.sheet.write_datetime_with_format(row, column, &date, format)?,
            Err(_) => self.sheet.write_string(row, column, day)?,
        };
        Ok(())
    }

    /// A chart at the right of a table, its upper edge at the table's head.
    pub(super) fn beside(&mut self, span: Span, chart: &Chart) -> Result<(), XlsxError> {
        self.sheet.insert_chart(span.first - 1, span.columns + 1, chart)?;
        Ok(())
    }

    /// A chart beneath all that stands there, `height` pixels high.
    pub(super) fn beneath(&mut self, chart: &Chart, height: u32) -> Result<(), XlsxError> {
        self.sheet.insert_chart(self.next + 1, 0, chart)?;
        self.next += height / ROW + 3;
        Ok(())
    }

    /// The finished sheet. Where it has one table, the head of that stays in sight.
    pub(super) fn finish(mut self) -> Result<Worksheet, XlsxError> {
        for (row, texts) in std::mem::take(&mut self.wrapped) {
            let lines = texts.iter().map(|(column, length)| length.div_ceil(self.widths[*column])).max();
            self.height(row, lines.unwrap_or(1))?;
        }
        for (column, characters) in self.widths.iter().enumerate() {
            let column = ColNum::try_from(column).unwrap_or(ColNum::MAX);
            self.sheet.set_column_width(column, *characters as f64 + 1.0)?;
        }
        if self.next <= ONE_PAGE {
            self.sheet.set_print_fit_to_pages(1, 1);
        }
        match self.frozen.filter(|_| self.tables == 1) {
            Some(row) => {
                self.sheet.set_freeze_panes(row, 0)?;
                self.sheet.set_repeat_rows(row - 1, row - 1)?;
            }
            None => {
                self.sheet.set_freeze_panes(1, 0)?;
            }
        }
        Ok(self.sheet)
    }
}

/// The unit of a column's amounts: that of the largest.
fn scale(rows: &[Vec<Cell>], column: usize) -> Scale {
    let amount = |row: &Vec<Cell>| if let Cell::Money(x) = row[column] { x.abs() } else { 0.0 };
    Scale::of(rows.iter().map(amount).fold(0.0, f64::max))
}

/// A head may break between words: its longest word, and about half of the whole.
fn head_width(text: &str) -> usize {
    let longest = text.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
    longest.max(text.chars().count() / 2) + 3
}

/// Lines of a text in a column of so many characters, breaking between words.
fn wrapped(text: &str, width: usize) -> usize {
    let (mut lines, mut used) = (1, 0);
    for word in text.split(' ').map(|word| word.chars().count()) {
        if used > 0 && used + 1 + word > width.saturating_sub(1) {
            lines += 1;
            used = word;
        } else {
            used += word + usize::from(used > 0);
        }
    }
    lines
}

/// A text in lines of bearable length.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text that fits into a cell.
pub(super) fn cut(text: &str) -> String {
    // The limit counts UTF-16 units, of which a character has two at most.
    if text.chars().count() <= LONGEST / 2 {
        return text.to_owned();
    }
    text.chars().take(LONGEST / 2 - 1).chain(['…']).collect()
}
