//! Small tables, attacked by trying all tables that agree with what is published.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const THRESHOLD: u64 = 3;

fn published(cells: &[&[u64]]) -> Option<Published> {
    let cells: Vec<Vec<u64>> = cells.iter().map(|row| row.to_vec()).collect();
    publish(&cells, THRESHOLD)
}

#[test]
fn large_figures_and_zeros_are_shown() {
    let table = published(&[&[5, 0], &[3, 7]]).unwrap();
    assert_eq!(table.cells, [[Some(5), Some(0)], [Some(3), Some(7)]]);
    assert_eq!(table.total, 15);
}

#[test]
fn nothing_is_said_of_fewer_cases_than_the_threshold() {
    assert_eq!(published(&[&[1, 1]]), None);
    assert_eq!(published(&[]), None);
    assert_eq!(published(&[&[0, 0]]), None);
}

#[test]
fn a_small_cell_takes_the_next_smallest_of_its_sums_with_it() {
    let table = published(&[&[2, 10, 30], &[20, 11, 31], &[40, 50, 60]]).unwrap();
    let hidden = [None, None];
    assert_eq!(table.cells[0], [hidden[0], hidden[1], Some(30)]);
    assert_eq!(table.cells[1], [None, None, Some(31)]);
    assert_eq!(table.cells[2], [Some(40), Some(50), Some(60)]);
}

#[test]
fn a_small_row_is_put_together_with_the_next_smallest() {
    let table = published(&[&[2, 0], &[30, 30], &[9, 9]]).unwrap();
    let others = table.rows.last().unwrap();
    assert_eq!((others.of.as_slice(), others.others), (&[0, 2][..], true));
    assert_eq!(table.cells, [[Some(30), Some(30)], [Some(11), Some(9)]]);
}

#[test]
fn one_more_is_hidden_where_two_in_a_line_don_t_suffice() {
    // With only two hidden in each line the 1 could be computed from the sums.
    let table = published(&[&[0, 0, 3], &[3, 3, 3], &[3, 4, 1]]).unwrap();
    let column = |at: usize| table.cells.iter().map(|row| row[at]).collect::<Vec<_>>();
    assert_eq!(column(0), [None, None, None]);
    assert_eq!(column(1), [Some(0), Some(3), Some(4)]);
    assert_eq!(column(2), [None, None, None]);
}

#[test]
fn with_a_threshold_of_one_everything_is_shown() {
    let cells = vec![vec![1, 0], vec![2, 1]];
    let table = publish(&cells, 1).unwrap();
    assert_eq!(table.cells, [[Some(1), Some(0)], [Some(2), Some(1)]]);
}

/// All tables of this shape whose cells are at most `max`.
fn all(rows: usize, columns: usize, max: u64) -> Vec<Vec<Vec<u64>>> {
    let mut tables = vec![Vec::new()];
    for _ in 0..rows * columns {
        tables = tables
            .into_iter()
            .flat_map(|cells: Vec<u64>| (0..=max).map(move |next| [&cells[..], &[next]].concat()))
            .collect();
    }
    let table = |cells: Vec<u64>| cells.chunks(columns).map(<[u64]>::to_vec).collect();
    tables.into_iter().map(table).collect()
}

/// Tables with the same sums of rows and columns that agree with what is shown.
fn agreeing(table: &Published) -> Vec<Vec<Vec<u64>>> {
    let mut found = Vec::new();
    let columns: Vec<u64> = table.columns.iter().map(|line| line.total).collect();
    complete(table, &mut Vec::new(), &columns, &mut found);
    found
}

fn complete(
    table: &Published,
    done: &mut Vec<Vec<u64>>,
    left: &[u64],
    found: &mut Vec<Vec<Vec<u64>>>,
) {
    let Some(row) = table.rows.get(done.len()) else {
        if left.iter().all(|rest| *rest == 0) {
            found.push(done.clone());
        }
        return;
    };
    let mut choices = vec![(Vec::new(), row.total)];
    for (shown, column) in table.cells[done.len()].iter().zip(left) {
        choices = choices
            .into_iter()
            .flat_map(|(cells, rest): (Vec<u64>, u64)| {
                let range = match shown {
                    Some(count) => *count..=*count,
                    None => 0..=rest.min(*column),
                };
                let fits = range.filter(move |count| *count <= rest);
                fits.map(move |count| ([&cells[..], &[count]].concat(), rest - count))
            })
            .collect();
    }
    for (cells, _) in choices.into_iter().filter(|(_, rest)| *rest == 0) {
        let left: Option<Vec<u64>> = left
            .iter()
            .zip(&cells)
            .map(|(l, c)| l.checked_sub(*c))
            .collect();
        if let Some(left) = left {
            done.push(cells);
            complete(table, done, &left, found);
            done.pop();
        }
    }
}

/// What the lines of `table` hold of `cells`, put together as they are.
fn together(table: &Published, cells: &[Vec<u64>]) -> Vec<Vec<u64>> {
    let sum = |row: &Line, column: &Line| {
        let pairs = row
            .of
            .iter()
            .flat_map(|r| column.of.iter().map(|c| (*r, *c)));
        pairs.map(|(r, c)| cells[r][c]).sum()
    };
    let row = |row| {
        table
            .columns
            .iter()
            .map(|column| sum(row, column))
            .collect()
    };
    table.rows.iter().map(row).collect()
}

fn attack(cells: &[Vec<u64>]) -> Result<(), String> {
    let Some(table) = publish(cells, THRESHOLD) else {
        return Ok(());
    };
    let truth = together(&table, cells);
    let said = || format!("{cells:?} published as {table:?}");
    let possible = agreeing(&table);
    if !possible.contains(&truth) {
        return Err(format!("{}: not even the truth agrees", said()));
    }
    for line in table.rows.iter().chain(&table.columns) {
        if line.total < THRESHOLD {
            return Err(format!("{}: a small sum is shown", said()));
        }
    }
    for (r, row) in truth.iter().enumerate() {
        for (c, count) in row.iter().enumerate() {
            let small = *count > 0 && *count < THRESHOLD;
            let values: BTreeSet<u64> = possible.iter().map(|one| one[r][c]).collect();
            if small && (table.cells[r][c].is_some() || values.len() < 2) {
                return Err(format!("{}: {count} can be found", said()));
            }
        }
    }
    Ok(())
}

#[test]
fn no_small_figure_of_a_small_table_can_be_found_from_the_sums() {
    for (rows, columns, max) in [(1, 4, 6), (4, 1, 6), (2, 2, 8), (2, 3, 4), (3, 2, 4)] {
        for cells in all(rows, columns, max) {
            attack(&cells).unwrap();
        }
    }
}

#[test]
fn nor_by_who_knows_this_code_too() {
    for (rows, columns, max) in [(1, 3, 9), (3, 1, 9), (2, 2, 9), (2, 3, 4), (3, 2, 4)] {
        let mut alike: BTreeMap<String, Vec<Vec<Vec<u64>>>> = BTreeMap::new();
        for cells in all(rows, columns, max) {
            if let Some(table) = publish(&cells, THRESHOLD) {
                let key = format!("{:?} {:?} {:?}", table.rows, table.columns, table.cells);
                alike.entry(key).or_default().push(together(&table, &cells));
            }
        }
        for (key, truths) in alike {
            let has_borders = truths[0].iter().flatten().any(|count| *count + 1 >= max);
            if has_borders {
                continue; // The tables that could be confused with it were not all tried.
            }
            for r in 0..truths[0].len() {
                for c in 0..truths[0][0].len() {
                    let values: BTreeSet<u64> = truths.iter().map(|one| one[r][c]).collect();
                    let only = values.first().copied().unwrap_or(0);
                    let found = values.len() == 1 && only > 0 && only < THRESHOLD;
                    assert!(!found, "{rows}×{columns} {key}: {only} is found");
                }
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn nor_of_a_larger_one(
        cells in proptest::collection::vec(proptest::collection::vec(0_u64..5, 3), 3)
    ) {
        proptest::prop_assert_eq!(attack(&cells), Ok(()));
    }
}
