//! The only place that writes to the screen: results to standard output, all else to standard error.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Color;
use super::exit::Failure;
use crate::diagnostic::Style;

/// The screen, as the user wants it.
pub(super) struct Terminal {
    color: Color,
    quiet: bool,
}

impl Terminal {
    pub(super) fn new(color: Color, quiet: bool) -> Self {
        Self { color, quiet }
    }

    /// How messages on standard error look.
    pub(super) fn style(&self) -> Style {
        let wanted = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                    && io::stderr().is_terminal()
            }
        };
        if wanted { Style::Coloured } else { Style::Plain }
    }

    /// Prints a result.
    #[expect(clippy::unused_self, reason = "only who is handed the screen may print")]
    pub(super) fn result(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(())
    }

    /// Prints messages about the scenario.
    #[expect(clippy::unused_self, reason = "only who is handed the screen may print")]
    pub(super) fn messages(&self, text: &str) {
        // A closed standard error leaves nobody to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Prints a hint, unless results only are wanted.
    pub(super) fn hint(&self, text: &str) {
        if !self.quiet {
            self.messages(&format!("{text}\n"));
        }
    }

    /// Prints why the command failed.
    pub(super) fn complain(&self, text: &str) {
        self.messages(&format!("error: {text}\n"));
    }

    /// A bar for the paths of a run; invisible unless standard error is a terminal.
    pub(super) fn progress(&self, paths: u64) -> ProgressBar {
        let visible = !self.quiet && io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(paths), target);
        match ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} paths, {eta} left") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}
