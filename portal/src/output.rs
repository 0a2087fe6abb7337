//! Answers on standard output: for people, or as JSON for programs.

use std::io::{self, BufWriter, Write};

use comfy_table::{Cell, CellAlignment, Table};
use serde::Serialize;

use crate::failure::Failure;

/// Where answers go. Whoever closes it early has read enough, which is no failure.
pub struct Output {
    to: BufWriter<anstream::AutoStream<io::Stdout>>,
    pub json: bool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        let to = BufWriter::new(anstream::stdout());
        Self { to, json }
    }

    pub fn line(&mut self, line: impl std::fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(self.to, "{line}")?)
    }

    /// One value in JSON, on lines of its own.
    pub fn value(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.to, value)?;
        self.line("")
    }

    /// A list in JSON, an item a line, written as it comes.
    pub fn list<T: Serialize>(
        &mut self,
        items: impl Iterator<Item = Result<T, Failure>>,
    ) -> Result<(), Failure> {
        write!(self.to, "[")?;
        let mut before = "\n";
        for item in items {
            write!(self.to, "{before}")?;
            serde_json::to_writer(&mut self.to, &item?)?;
            before = ",\n";
        }
        self.line("\n]")
    }

    pub fn table(&mut self, table: &Table) -> Result<(), Failure> {
        for line in table.lines() {
            self.line(line.trim_end())?;
        }
        Ok(())
    }

    /// What was said is out, before something that takes its time.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.to.flush()?)
    }

    /// Everything is out.
    pub fn end(mut self) -> Result<(), Failure> {
        Ok(self.to.flush()?)
    }
}

/// A table with these headings.
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(headings.iter().copied());
    table
}

/// A cell with a number.
pub fn number(number: impl std::fmt::Display) -> Cell {
    Cell::new(number).set_alignment(CellAlignment::Right)
}

/// A number, or that it was left out.
pub fn figure<T: std::fmt::Display>(figure: Option<T>) -> Cell {
    figure.map_or_else(|| number("–"), number)
}
