//! `report.md`: the same report with pictures beside it, for mail and word processors.

use std::fmt::Write as _;

use super::memo::{Block, Column, Memo};

/// The report as the bytes of its file.
#[must_use]
pub(super) fn bytes(memo: &Memo) -> Vec<u8> {
    let mut page =
        format!("# {}\n\n{}\n\n*{}*\n\n", plain(&memo.title), plain(&memo.subtitle), plain(&memo.notice));
    page.push_str("| | | |\n|:--|--:|:--|\n");
    for headline in &memo.headlines {
        let [label, value, error, note] =
            [&headline.label, &headline.value, &headline.error, &headline.note].map(|text| plain(text));
        let error = if error.is_empty() { error } else { format!(" ± {error}") };
        // Writing to a string never fails.
        let _ = writeln!(page, "| {label} | **{value}**{error} | {note} |");
    }
    let _ = write!(page, "\n{}\n", plain(&memo.headline_note));
    for section in &memo.sections {
        let _ = write!(page, "\n## {}\n", section.title);
        for block in &section.blocks {
            page.push('\n');
            write_block(&mut page, block);
        }
    }
    page.into_bytes()
}

fn write_block(page: &mut String, block: &Block) {
    // Writing to a string never fails.
    let _ = match block {
        Block::Text { heading, text } => writeln!(page, "{}{}", strong(heading, " "), plain(text)),
        Block::List { heading, items } => {
            let lines: Vec<String> = items.iter().map(|item| format!("- {}", plain(item))).collect();
            writeln!(page, "{}{}", strong(heading, "\n\n"), lines.join("\n"))
        }
        Block::Table { head, rows, total, note } => {
            write_table(page, head, rows, *total);
            if note.is_empty() { Ok(()) } else { writeln!(page, "\n{}", plain(note)) }
        }
        Block::Figure { title, alt, png, caption, data, .. } => {
            // A bracket would end the picture's text, a line break the picture.
            let alt = alt.replace(['[', ']'], "").replace('\n', " ");
            writeln!(page, "![{alt}]({png})\n\n**{}.** {} Data: `{data}`", plain(title), plain(caption))
        }
        Block::Warning { case, condition, also, remedy } => {
            let case = if case.is_empty() { String::new() } else { format!("**{}:** ", plain(case)) };
            let also = if also.is_empty() { String::new() } else { format!(" Likewise: {}.", plain(also)) };
            writeln!(page, "> {case}{}.{also} What to do: {}.", plain(condition), plain(remedy))
        }
        Block::Command { text } => writeln!(page, "```\n{text}\n```"),
    };
}

/// A heading within a section, and what parts it from its text.
fn strong(heading: &str, gap: &str) -> String {
    if heading.is_empty() { String::new() } else { format!("**{}**{gap}", plain(heading)) }
}

fn write_table(page: &mut String, head: &[Column], rows: &[Vec<String>], total: bool) {
    let names: Vec<String> = head.iter().map(|column| plain(&column.name)).collect();
    let rules: Vec<&str> = head.iter().map(|column| if column.numeric { "--:" } else { ":--" }).collect();
    let _ = write!(page, "| {} |\n|{}|\n", names.join(" | "), rules.join("|"));
    for (index, row) in rows.iter().enumerate() {
        let strong = total && index + 1 == rows.len();
        let cell = |text: &String| match plain(text) {
            text if strong && !text.is_empty() => format!("**{text}**"),
            text => text,
        };
        let cells: Vec<String> = row.iter().map(cell).collect();
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

/// A text in which no character means anything to markdown. One line: a break would end a row.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => plain.push(' '),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '~' => {
                plain.extend(['\\', character]);
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    /// Hand-worked: `CommonMark` §2.4, a backslash before punctuation makes it literal.
    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(plain("a|b *c* <d>\ne"), "a\\|b \\*c\\* \\<d\\> e");
    }
}
