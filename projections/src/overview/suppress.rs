//! Leaving out small figures, so that they can't be computed again from what is published.
//!
//! A table of counts is published with its sums. A count that rests on fewer cases than the
//! threshold is left out, and with it the next smallest of its sums, until nothing that was left
//! out can be found again:
//!
//! 1. Rows whose sum is small are put together with the next smallest into one row, *the others*;
//!    likewise columns. After that every sum is at least the threshold.
//! 2. Small cells are hidden, and in each row and column with a hidden cell the next smallest too,
//!    until at least two are hidden there and these together reach the threshold.
//! 3. Each small cell is tried: as long as only one value agrees with all that is published, one
//!    more cell of its row or column is hidden. Counts with fixed sums are a flow, so this is
//!    decided exactly by looking for a cycle of hidden cells along which counts can be moved.
//!
//! Against who computes with what is published this is exact. Who also knows these rules can at
//! times narrow further what was put together; to find a cell of the table they don't suffice.
//!
//! Zeros are shown: a figure that rests on nobody names nobody. Where nothing else is left to hide,
//! they are hidden too; and where even that doesn't suffice, only the sum of all is published.

/// A table of counts as it may be published. Rows and columns without any count are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The rows, by their place in what was given; the others, put together, come last.
    pub rows: Vec<Line>,
    /// The columns, likewise.
    pub columns: Vec<Line>,
    /// The counts by row and column; `None` was left out.
    pub cells: Vec<Vec<Option<u64>>>,
    /// The sum of all.
    pub total: u64,
}

/// A row or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which of the given ones it is, or which it puts together.
    pub of: Vec<usize>,
    /// Whether it is the others, put together.
    pub others: bool,
    /// Its sum.
    pub total: u64,
}

/// Publishes a table; `None` if the sum of all is itself small. A threshold of 0 or 1 leaves
/// nothing out.
pub fn publish(cells: &[Vec<u64>], threshold: u64) -> Option<Published> {
    let total: u64 = cells.iter().flatten().sum();
    if total == 0 || total < threshold {
        return None;
    }
    let width = cells.iter().map(Vec::len).max().unwrap_or(0);
    let row_sums: Vec<u64> = cells.iter().map(|row| row.iter().sum()).collect();
    let column_sum = |at: usize| cells.iter().filter_map(|row| row.get(at)).sum();
    let column_sums: Vec<u64> = (0..width).map(column_sum).collect();
    let rows = lines(&row_sums, threshold);
    let columns = lines(&column_sums, threshold);
    let apart = divide(cells, rows, columns, threshold, total);
    apart.or_else(|| {
        let rows = put_together(&row_sums);
        let columns = put_together(&column_sums);
        divide(cells, rows, columns, threshold, total)
    })
}

/// Publishes a table by these lines; `None` if its small cells can't be protected.
fn divide(
    cells: &[Vec<u64>],
    rows: Vec<Line>,
    columns: Vec<Line>,
    threshold: u64,
    total: u64,
) -> Option<Published> {
    let count = |row: &Line, column: &Line| {
        let rows = row.of.iter().filter_map(|at| cells.get(*at));
        let counts = rows.flat_map(|row| column.of.iter().filter_map(|at| row.get(*at)));
        counts.sum()
    };
    let counts = rows
        .iter()
        .map(|row| columns.iter().map(|column| count(row, column)).collect())
        .collect();
    let mut grid = Grid::new(counts);
    grid.protect(threshold).then(|| Published {
        cells: grid.shown(),
        rows,
        columns,
        total,
    })
}

/// All lines in one.
fn put_together(totals: &[u64]) -> Vec<Line> {
    vec![Line {
        of: (0..totals.len()).collect(),
        others: true,
        total: totals.iter().sum(),
    }]
}

/// Puts lines together whose sums are small; lines without any count are left out.
fn lines(totals: &[u64], threshold: u64) -> Vec<Line> {
    let totals = totals.iter().copied().enumerate();
    let totals: Vec<(usize, u64)> = totals.filter(|(_, total)| *total > 0).collect();
    let small = |total: u64| total < threshold;
    let (mut others, mut apart): (Vec<_>, Vec<_>) =
        totals.into_iter().partition(|(_, total)| small(*total));
    let enough = |others: &[(usize, u64)]| {
        let sum: u64 = others.iter().map(|(_, total)| total).sum();
        others.is_empty() || others.len() > 1 && sum >= threshold
    };
    while !enough(&others) {
        let next = (0..apart.len()).min_by_key(|at| apart.get(*at).map(|(_, total)| *total));
        match next {
            Some(next) => others.push(apart.remove(next)),
            None => break,
        }
    }
    let line = |(at, total)| Line {
        of: vec![at],
        others: false,
        total,
    };
    let mut lines: Vec<Line> = apart.into_iter().map(line).collect();
    if !others.is_empty() {
        others.sort_unstable();
        lines.push(Line {
            of: others.iter().map(|(at, _)| *at).collect(),
            others: true,
            total: others.iter().map(|(_, total)| total).sum(),
        });
    }
    lines
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    count: u64,
    hidden: bool,
}

struct Grid {
    cells: Vec<Vec<Cell>>,
    width: usize,
}

/// A row or a column of a grid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    Row(usize),
    Column(usize),
}

impl Grid {
    fn new(counts: Vec<Vec<u64>>) -> Self {
        let cell = |count| Cell {
            count,
            hidden: false,
        };
        let width = counts.iter().map(Vec::len).max().unwrap_or(0);
        let rows = counts.into_iter();
        let cells = rows
            .map(|row| row.into_iter().map(cell).collect())
            .collect();
        Self { cells, width }
    }

    fn shown(&self) -> Vec<Vec<Option<u64>>> {
        let shown = |cell: &Cell| (!cell.hidden).then_some(cell.count);
        let rows = self.cells.iter();
        rows.map(|row| row.iter().map(shown).collect()).collect()
    }

    fn cell(&self, (row, column): (usize, usize)) -> Cell {
        let cell = self.cells.get(row).and_then(|row| row.get(column));
        cell.copied().unwrap_or_default()
    }

    fn hide(&mut self, (row, column): (usize, usize)) {
        if let Some(cell) = self.cells.get_mut(row).and_then(|row| row.get_mut(column)) {
            cell.hidden = true;
        }
    }

    fn places(&self) -> Vec<(usize, usize)> {
        let rows = 0..self.cells.len();
        rows.flat_map(|row| (0..self.width).map(move |column| (row, column)))
            .collect()
    }

    fn line(&self, node: Node) -> Vec<(usize, usize)> {
        match node {
            Node::Row(row) => (0..self.width).map(|column| (row, column)).collect(),
            Node::Column(column) => (0..self.cells.len()).map(|row| (row, column)).collect(),
        }
    }

    /// Hides what must be hidden; false if that doesn't suffice.
    fn protect(&mut self, threshold: u64) -> bool {
        let is_small = |cell: Cell| cell.count > 0 && cell.count < threshold;
        let mut small = self.places();
        small.retain(|place| is_small(self.cell(*place)));
        for place in &small {
            self.hide(*place);
        }
        loop {
            let mut changed = self.fill_lines(threshold);
            for place in &small {
                while !self.varies(*place) && self.hide_beside(*place) {
                    changed = true;
                }
            }
            if !changed {
                return small.iter().all(|place| self.varies(*place));
            }
        }
    }

    /// Hides more in each line whose hidden cells are one, or together few.
    fn fill_lines(&mut self, threshold: u64) -> bool {
        let rows = (0..self.cells.len()).map(Node::Row);
        let mut changed = false;
        for node in rows.chain((0..self.width).map(Node::Column)) {
            let line = self.line(node);
            loop {
                let hidden: Vec<u64> = line
                    .iter()
                    .map(|place| self.cell(*place))
                    .filter_map(|cell| cell.hidden.then_some(cell.count))
                    .collect();
                let sum: u64 = hidden.iter().sum();
                if hidden.is_empty() || hidden.len() > 1 && sum >= threshold {
                    break;
                }
                match self.next_smallest(&line) {
                    Some(next) => self.hide(next),
                    None => break,
                }
                changed = true;
            }
        }
        changed
    }

    /// Hides the next smallest of a cell's row and column.
    fn hide_beside(&mut self, (row, column): (usize, usize)) -> bool {
        let mut beside = self.line(Node::Row(row));
        beside.extend(self.line(Node::Column(column)));
        // All of its lines are hidden: what else can be moved lies further away.
        let next = self.next_smallest(&beside);
        let next = next.or_else(|| self.next_smallest(&self.places()));
        if let Some(next) = next {
            self.hide(next);
        }
        next.is_some()
    }

    /// The smallest count that is shown; a zero only if there is nothing else.
    fn next_smallest(&self, places: &[(usize, usize)]) -> Option<(usize, usize)> {
        let shown = places.iter().filter(|place| !self.cell(**place).hidden);
        shown
            .min_by_key(|place| {
                let count = self.cell(**place).count;
                (count == 0, count)
            })
            .copied()
    }

    /// Whether a hidden cell could hold another count with everything that is published the same:
    /// one more, compensated by a way from its column back to its row, or one less.
    fn varies(&self, place: (usize, usize)) -> bool {
        let (row, column) = (Node::Row(place.0), Node::Column(place.1));
        let less = self.cell(place).count > 1;
        self.leads(column, row, place) || less && self.leads(row, column, place)
    }

    /// Whether counts can be moved from a line to another through hidden cells other than
    /// `without`: from a row to a column by one more, from a column to a row by one less.
    fn leads(&self, from: Node, to: Node, without: (usize, usize)) -> bool {
        let mut reached = vec![from];
        let mut next = 0;
        while let Some(node) = reached.get(next).copied() {
            next += 1;
            if node == to {
                return true;
            }
            for place in self.line(node) {
                let cell = self.cell(place);
                let (opposite, moves) = match node {
                    Node::Row(_) => (Node::Column(place.1), true),
                    // Who knows this code knows that a hidden cell is seldom zero.
                    Node::Column(_) => (Node::Row(place.0), cell.count > 1),
                };
                let usable = cell.hidden && moves && place != without;
                if usable && !reached.contains(&opposite) {
                    reached.push(opposite);
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests;
