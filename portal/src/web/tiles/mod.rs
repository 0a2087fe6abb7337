//! The tile map: each municipality is a tile of the same size, in its district, coloured by a figure.
//! Every one is a link with a name and a value, so it is read as a list, too.

mod names;
mod shades;

use std::collections::BTreeMap;

use kanzlei::core::domain::Authority;
use kanzlei::{AuthorityId, Date, Register};

pub use names::short_names;
pub use shades::{Scale, Shade};

/// What is known of a municipality.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// This figure.
    Known(u64),
    /// It rests on too few cases to be said, or was left out so that no such figure follows from it.
    Small,
    /// There is nothing to say: no case, or it doesn't take part.
    None,
}

/// A municipality on the map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tile {
    /// Which.
    pub authority: AuthorityId,
    /// Its name that day.
    pub name: String,
    /// How many letters of it are seen: as few as tell it from all others.
    pub seen: usize,
    /// What is said of it.
    pub figure: Figure,
    /// How it is coloured.
    pub shade: Shade,
}

impl Tile {
    /// The part of its name that is seen.
    pub fn short(&self) -> &str {
        self.name.get(..self.seen).unwrap_or(&self.name)
    }

    /// The rest, which is read but not seen.
    pub fn rest(&self) -> &str {
        self.name.get(self.seen..).unwrap_or_default()
    }
}

/// A district with its municipalities from A to Z.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct District {
    /// Its name; empty for municipalities that the register puts into none.
    pub name: String,
    /// Its municipalities.
    pub tiles: Vec<Tile>,
}

/// The canton's districts about as they lie, three a row, north-west first.
const ARRANGEMENT: [&str; 6] = [
    "Willisau",
    "Sursee",
    "Hochdorf",
    "Entlebuch",
    "Luzern-Stadt",
    "Luzern-Land",
];

/// The municipalities that there are on a day, in their districts: those of the canton of Lucerne as
/// they lie, others after them from A to Z.
///
/// A municipality that was merged has no tile: who answers for it has its figures.
pub fn districts(
    register: &Register,
    day: Date,
    figure: impl Fn(AuthorityId) -> Figure,
    scale: &Scale,
) -> Vec<District> {
    let rows = register.all_on(day).filter(|row| row.is_municipality());
    let rows: Vec<&Authority> = rows.collect();
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let seen = short_names(&names);
    let mut districts: BTreeMap<&str, Vec<Tile>> = BTreeMap::new();
    for (row, seen) in rows.iter().zip(seen) {
        let figure = figure(row.id);
        let district = row.district.as_deref().unwrap_or_default();
        districts.entry(district).or_default().push(Tile {
            authority: row.id,
            name: row.name.clone(),
            seen,
            figure,
            shade: scale.shade(figure),
        });
    }
    let mut districts: Vec<District> = districts
        .into_iter()
        .map(|(name, mut tiles)| {
            tiles.sort_by_cached_key(|tile| names::in_alphabet(&tile.name));
            let name = name.to_owned();
            District { name, tiles }
        })
        .collect();
    let place = |district: &District| {
        let mut known = ARRANGEMENT.iter();
        let place = known.position(|name| *name == district.name);
        place.unwrap_or(ARRANGEMENT.len() + usize::from(district.name.is_empty()))
    };
    districts.sort_by_key(place);
    districts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn map(on: &str, figure: impl Fn(AuthorityId) -> Figure) -> Vec<District> {
        let register = kanzlei::services::register::lucerne().unwrap();
        districts(&register, day(on), figure, &Scale::DAYS)
    }

    fn tiles(map: &[District]) -> Vec<&Tile> {
        map.iter().flat_map(|district| &district.tiles).collect()
    }

    #[test]
    fn every_municipality_of_the_day_is_there_once_and_no_other() {
        let map = map("2026-11-26", |_| Figure::None);
        let register = kanzlei::services::register::lucerne().unwrap();
        let municipalities = register.all_on(day("2026-11-26"));
        let municipalities = municipalities.filter(|row| row.is_municipality());
        let there: Vec<AuthorityId> = tiles(&map).iter().map(|tile| tile.authority).collect();
        let once: BTreeSet<AuthorityId> = there.iter().copied().collect();
        assert_eq!(there.len(), 79);
        assert_eq!(once, municipalities.map(|row| row.id).collect());
    }

    #[test]
    fn a_merged_municipality_is_gone_from_the_day_of_the_merger_on() {
        let honau = AuthorityId(1057);
        let has = |on| {
            tiles(&map(on, |_| Figure::None))
                .iter()
                .any(|one| one.authority == honau)
        };
        assert!(has("2024-12-31"));
        assert!(!has("2025-01-01"));
    }

    #[test]
    fn districts_lie_as_in_the_canton_and_their_municipalities_go_from_a_to_z() {
        let map = map("2026-11-26", |_| Figure::None);
        let names: Vec<&str> = map.iter().map(|district| district.name.as_str()).collect();
        assert_eq!(names, ARRANGEMENT);
        let entlebuch: Vec<&str> = map[3].tiles.iter().map(|tile| tile.name.as_str()).collect();
        let expected = [
            "Doppleschwand",
            "Entlebuch",
            "Escholzmatt-Marbach",
            "Flühli",
            "Hasle (LU)",
            "Romoos",
            "Schüpfheim",
            "Werthenstein",
            "Wolhusen",
        ];
        assert_eq!(entlebuch, expected);
        assert_eq!(map[4].tiles.len(), 1);
    }

    #[test]
    fn all_seventy_nine_short_names_are_different_and_long_enough_to_read() {
        let map = map("2026-11-26", |_| Figure::None);
        let tiles = tiles(&map);
        let short: BTreeSet<&str> = tiles.iter().map(|tile| tile.short()).collect();
        assert_eq!(short.len(), 79);
        for tile in tiles {
            let seen = tile.short().chars().count();
            assert!(
                seen >= 4 || tile.rest().is_empty() || tile.rest() == " (LU)",
                "{tile:?}"
            );
            assert!(seen <= 8, "{} doesn't fit a tile", tile.short());
            assert_eq!(format!("{}{}", tile.short(), tile.rest()), tile.name);
        }
    }

    #[test]
    fn a_suppressed_figure_has_a_shade_of_its_own_and_no_value() {
        let emmen = AuthorityId(1024);
        let map = map("2026-11-26", |id| match id {
            AuthorityId(1024) => Figure::Small,
            AuthorityId(1061) => Figure::Known(20),
            _ => Figure::None,
        });
        for tile in tiles(&map) {
            let expected = match tile.authority {
                id if id == emmen => (Figure::Small, Shade::Small),
                AuthorityId(1061) => (Figure::Known(20), Shade::Class(5)),
                _ => (Figure::None, Shade::None),
            };
            assert_eq!((tile.figure, tile.shade), expected, "{}", tile.name);
        }
    }
}
