use proptest::prelude::*;

use super::*;

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

fn code(number: u32) -> PostalCode {
    PostalCode::parse(&format!("{number:08}")).unwrap()
}

fn row(line: u32, grams: (u32, u32)) -> RateRow {
    RateRow {
        line,
        grams,
        value: (Cents::ZERO, RateRow::ANY_VALUE),
        price: Cents::new(i64::from(line) * 10),
        extra_kg: Cents::ZERO,
        share: 0,
        time: None,
    }
}

fn zoned(codes: (u32, u32), row: RateRow) -> ZonedRow {
    ZonedRow {
        country: country("BRA"),
        first: code(codes.0),
        last: code(codes.1),
        row,
    }
}

/// The line of the row that the table has for a parcel.
fn line(table: &RateTable, at: u32, grams: i64, value: i64) -> Option<u32> {
    let zones = table.at(country("BRA"), code(at));
    let rows = zones
        .iter()
        .filter_map(|rows| RateRow::find(rows, grams, Cents::new(value)));
    rows.min_by_key(|row| row.rank()).map(|row| row.line)
}

#[test]
fn a_row_is_found_by_address_weight_and_value() {
    let dear = RateRow {
        value: (Cents::new(10_000), RateRow::ANY_VALUE),
        ..row(5, (1001, 2000))
    };
    let cheap = RateRow {
        value: (Cents::ZERO, Cents::new(9_999)),
        ..row(4, (1001, 2000))
    };
    let table = RateTable::new(vec![
        zoned((30_000_000, 39_999_999), row(3, (0, 1000))),
        zoned((20_000_000, 29_999_999), dear),
        zoned((20_000_000, 29_999_999), row(2, (0, 1000))),
        zoned((20_000_000, 29_999_999), cheap),
    ])
    .unwrap();
    for (at, grams, value, found) in [
        (20_000_000, 0, 0, Some(2)),
        (29_999_999, 1000, 0, Some(2)),
        (22_251_030, 1001, 0, Some(4)),
        (22_251_030, 2000, 10_000, Some(5)),
        (22_251_030, 2001, 0, None),
        (30_000_000, 1000, 0, Some(3)),
        (40_000_000, 1, 0, None),
        (19_999_999, 1, 0, None),
    ] {
        assert_eq!(
            line(&table, at, grams, value),
            found,
            "{at} {grams} {value}"
        );
    }
    assert!(table.at(country("ARG"), code(20_000_000)).is_empty());
    assert!(
        table
            .at(country("BRA"), PostalCode::parse("2225103").unwrap())
            .is_empty()
    );
}

#[test]
fn rows_that_meet_are_right_and_rows_that_overlap_are_not() {
    let one = |grams| zoned((10_000_000, 19_999_999), row(2, grams));
    let other = |codes, grams| zoned(codes, row(3, grams));
    let same = (10_000_000, 19_999_999);
    let inner = (12_000_000, 12_999_999);
    let apart = (20_000_000, 29_999_999);
    for (codes, grams, right) in [
        (same, (1000, 2000), true),
        (same, (1001, 2000), true),
        (same, (999, 2000), false),
        (same, (0, 1000), false),
        (inner, (1000, 2000), true),
        (inner, (500, 600), false),
        (apart, (0, 1000), true),
    ] {
        let made = RateTable::new(vec![one((0, 1000)), other(codes, grams)]);
        let overlap = Overlap {
            first: 2,
            second: 3,
        };
        match made {
            Ok(table) => {
                assert!(right, "{codes:?} {grams:?}");
                // Where both are right, the lighter line's holds.
                assert_eq!(line(&table, 12_500_000, 1000, 0), Some(2));
            }
            Err(overlaps) => assert_eq!((overlaps, right), (vec![overlap], false)),
        }
    }
}

#[test]
fn a_stored_table_is_the_same_and_small() {
    let rows = |zone: u32| {
        (0..20_u32).map(move |band| {
            let from = band * 1000 + u32::from(band > 0);
            let row = RateRow {
                price: Cents::new(i64::from(1290 + zone * 7 % 900 + band * 350)),
                time: Some(u16::try_from(2 + zone % 9).unwrap()),
                ..row(2 + zone * 20 + band, (from, (band + 1) * 1000))
            };
            zoned((zone * 50_000, zone * 50_000 + 49_999), row)
        })
    };
    let table = RateTable::new((0..1000).flat_map(rows).collect()).unwrap();
    let json = serde_json::to_string(&table).unwrap();
    assert_eq!(serde_json::from_str::<RateTable>(&json).unwrap(), table);
    assert_eq!(table.len(), 20_000);
    assert!(json.len() < 600_000, "{} characters", json.len());
    assert!(table.bytes() < 1_500_000, "{} bytes", table.bytes());
    assert!(json.starts_with(r#"[["BRA","00000000","00049999",[[2,0,1000,1290,2],[1,1001,2000,"#));
    for damaged in [
        r#"[["BRA","","00049999",[[2,0,1000,1290]]]]"#,
        r#"[["BRA","00000000","00049999",[[2,0,1000]]]]"#,
        r#"[["BRA","00000000","00049999",[[-1,0,1000,1290]]]]"#,
        r#"[["BRA","00000000","00049999",[[2,0,1000,1290,2,0,0,0,9,9]]]]"#,
        r#"[["BRA","00000000","00049999",[[2,0,1000,1290]],[]]]"#,
        r#"[["BRA","00000000","00049999"]]"#,
        r#"[["BRA","00000000","00049999",[[2,0,1000,1290],[1,0,999,1290]]]]"#,
        r#"[["BRA","00050000","00099999",[[2,0,1000,1290]]],["BRA","00000000","00049999",[[1,0,1000,1290]]]]"#,
    ] {
        assert!(
            serde_json::from_str::<RateTable>(damaged).is_err(),
            "{damaged}"
        );
    }
}

prop_compose! {
    /// A row of a small country, which others may overlap.
    fn any_row()(
        first in 0..60_u32,
        length in 0..20_u32,
        grams in (0..30_u32, 0..10_u32),
        value in prop::option::of((0..5_i64, 0..3_i64)),
        argentine in prop::bool::weighted(0.2),
    ) -> ZonedRow {
        let mut zoned = zoned((first, first + length), row(0, (grams.0, grams.0 + grams.1)));
        if let Some((from, length)) = value {
            zoned.row.value = (Cents::new(from), Cents::new(from + length));
        }
        if argentine {
            zoned.country = country("ARG");
        }
        zoned
    }
}

proptest! {
    #[test]
    fn the_table_finds_what_reading_every_row_finds(
        candidates in prop::collection::vec(any_row(), 0..40),
        probes in prop::collection::vec((0..80_u32, 0..40_i64, 0..8_i64), 30),
    ) {
        // Rows that overlap none before them, found without any index.
        let clash = |one: &ZonedRow, other: &ZonedRow| {
            one.country == other.country
                && one.first <= other.last
                && other.first <= one.last
                && one.row.overlaps(&other.row)
        };
        let mut rows: Vec<ZonedRow> = Vec::new();
        for candidate in &candidates {
            let mut all = rows.clone();
            all.push(*candidate);
            let clashes = rows.iter().any(|row| clash(row, candidate));
            prop_assert_eq!(RateTable::new(all).is_err(), clashes);
            if !clashes {
                let line = u32::try_from(rows.len()).unwrap() + 2;
                rows.push(ZonedRow { row: RateRow { line, ..candidate.row }, ..*candidate });
            }
        }
        let table = RateTable::new(rows.clone()).unwrap();
        let stored = serde_json::to_string(&table).unwrap();
        prop_assert_eq!(&serde_json::from_str::<RateTable>(&stored).unwrap(), &table);
        for (at, grams, value) in probes {
            let naive = rows
                .iter()
                .filter(|zoned| zoned.country == country("BRA"))
                .filter(|zoned| (zoned.first..=zoned.last).contains(&code(at)))
                .filter(|zoned| zoned.row.is_for(grams, Cents::new(value)))
                .min_by_key(|zoned| zoned.row.rank())
                .map(|zoned| zoned.row.rank());
            let found = line(&table, at, grams, value)
                .and_then(|line| rows.iter().find(|zoned| zoned.row.line == line))
                .map(|zoned| zoned.row.rank());
            prop_assert_eq!(found, naive);
        }
    }
}
