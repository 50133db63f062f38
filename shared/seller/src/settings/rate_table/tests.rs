use feirante_models::Cents;
use feirante_models::simulation::Country;

use crate::fixture;
use crate::settings::{Attachments, Mistake, Rate, Settings};
use crate::shipping::{PostalCode, RateRow, RateTable};

/// A folder with one file.
struct Folder<'a>(&'a [u8]);

impl Attachments for Folder<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        assert_eq!(name, "frete.csv");
        Ok(self.0.to_vec())
    }
}

/// Reads the fixture with the table as its first method's, and the method otherwise edited so.
fn read_with(csv: &[u8], edits: &[(&str, &str)]) -> Result<RateTable, Vec<Mistake>> {
    let mut text = fixture::SELLER_FILE.replacen("price = 200 ", "rate_table = \"frete.csv\" ", 1);
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let settings = Settings::parse_with(&text, &Folder(csv))?;
    match &settings.shipping.methods[0].rate {
        Rate::Table(table) => Ok(table.as_ref().clone()),
        other => panic!("{other:?}"),
    }
}

fn read(csv: &str) -> Result<RateTable, Vec<Mistake>> {
    read_with(csv.as_bytes(), &[])
}

/// The mistakes, as they are told.
fn mistakes(csv: &str) -> Vec<String> {
    let mistakes = read(csv).unwrap_err();
    mistakes.iter().map(ToString::to_string).collect()
}

fn find(table: &RateTable, code: &str, grams: i64, value: i64) -> Option<RateRow> {
    let (country, code) = (
        Country::parse("BRA").unwrap(),
        PostalCode::parse(code).unwrap(),
    );
    let zones = table.at(country, code);
    let mut rows = zones
        .iter()
        .filter_map(|rows| RateRow::find(rows, grams, Cents::new(value)));
    rows.next().copied()
}

#[test]
fn a_table_is_read_as_platforms_export_it() {
    let ours = "postal_start,postal_end,weight_start,weight_end,price,days\n\
                22000-000,22999-999,0,1000,15.90,3\n\
                22000-000,22999-999,1001,30000,31.90,4\n";
    let portuguese = "CEP Inicial;CEP Final;Peso Inicial (kg);Peso Final (kg);Valor do Frete;Prazo de Entrega\r\n\
                      22000000;22999999;0;1;15,90;3\r\n\
                      22000000;22999999;1,001;30;31,90;4\r\n";
    let vtex = "ZipCodeStart\tZipCodeEnd\tPolygonName\tWeightStart\tWeightEnd\tAbsoluteMoneyCost\tPricePercent\tPriceByExtraWeight\tMaxVolume\tTimeCost\tCountry\tMinimumValueInsurance\n\
                22000000\t22999999\t\t0\t1000\t15.90\t0\t0\t1000000000\t3.00:00:00\tBRA\t0\n\
                22000000\t22999999\t\t1001.001\t30000\t31.90\t0\t0\t1000000000\t96:00:00\tBRA\t0\n";
    let expected = read(ours).unwrap();
    assert_eq!(read(vtex).unwrap(), expected);
    assert_eq!(read(portuguese).unwrap(), expected);
    let light = find(&expected, "22251-030", 1000, 0).unwrap();
    assert_eq!(
        (light.line, light.price, light.time),
        (2, Cents::new(1590), Some(3))
    );
    let heavy = find(&expected, "22251-030", 1001, 0).unwrap();
    assert_eq!(
        (heavy.line, heavy.price, heavy.time),
        (3, Cents::new(3190), Some(4))
    );
}

#[test]
fn headers_with_accents_come_in_latin_1_too() {
    let csv = "Cep de;Cep até;Peso até;Preço;Preço kg adicional;GRIS\n\
               01000000;05999999;5000;12,00;1,50;0,3%\n";
    let latin: Vec<u8> = csv
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let table = read_with(&latin, &[]).unwrap();
    assert_eq!(table, read(csv).unwrap());
    let row = find(&table, "01310-100", 1, 0).unwrap();
    assert_eq!(
        (row.extra_kg, row.share, row.time),
        (Cents::new(150), 3000, None)
    );
}

#[test]
fn zeros_a_spreadsheet_dropped_are_put_back() {
    let table =
        read("cep_inicial,cep_final,price\n1000000,5999999,12.00\n0,999999,9.00\n").unwrap();
    assert_eq!(find(&table, "01310-100", 1, 0).unwrap().line, 2);
    assert_eq!(find(&table, "00999-999", 1, 0).unwrap().line, 3);
    assert_eq!(find(&table, "06000-000", 1, 0), None);
}

#[test]
fn a_row_may_be_for_lines_of_some_worth() {
    let table = read(
        "postal_start,postal_end,price,value_start,value_end\n\
         22000000,22999999,20.00,,199.99\n\
         22000000,22999999,0,200.00,\n",
    )
    .unwrap();
    assert_eq!(find(&table, "22251030", 1, 19_999).unwrap().line, 2);
    assert_eq!(find(&table, "22251030", 1, 20_000).unwrap().line, 3);
    assert_eq!(find(&table, "22251030", 1, i64::MAX).unwrap().line, 3);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let told = mistakes(
        "postal_start,postal_end,weight_start,weight_end,price,days\n\
         22000000,2299999X,0,1000,15.90,3\n\
         23000000,22000000,0,1000,15.90,3\n\
         22000000,22999999,2000,1000,abc,3\n\
         22000000,22999999,0,0.5,15.905,400\n\
         22#00000,22999999,0,5000000000,,-1\n\
         24000000,24999999,0,1.000,15.90,3\n",
    );
    let expected = [
        "frete.csv: line 2, column 1: postal_start: with 2299999X: has ends of different length, or",
        "frete.csv: line 3, column 1: postal_start: with 22000000: starts after its end",
        "frete.csv: line 4, column 1: starts at a greater weight than it ends at",
        "frete.csv: line 4, column 29: price: is not a number",
        "frete.csv: line 5, column 21: weight_end: has a fraction of a gram",
        "frete.csv: line 5, column 25: price: can mean thousands",
        "frete.csv: line 5, column 32: days: is not a number of days",
        "frete.csv: line 6, column 1: postal_start: is not a postal code",
        "frete.csv: line 6, column 21: weight_end: is too heavy",
        "frete.csv: line 6, column 32: price: is not a number",
        "frete.csv: line 6, column 33: days: is not a number of days",
        "frete.csv: line 7, column 21: weight_end: may be 1000 grams or a thousandth of it",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}\n{expected}");
    }
}

#[test]
fn rows_that_overlap_are_a_mistake() {
    let told = mistakes(
        "postal_start,postal_end,weight_start,weight_end,price\n\
         22000000,22999999,0,1000,15.90\n\
         22000000,22999999,1000,2000,15.90\n\
         22500000,23999999,500,1500,15.90\n",
    );
    assert_eq!(
        told,
        [
            "frete.csv: line 4, column 1: is for lines that line 2 is for as well",
            "frete.csv: line 4, column 1: is for lines that line 3 is for as well",
        ]
    );
}

#[test]
fn what_there_is_no_rule_for_is_refused_and_not_dropped() {
    let told = mistakes(
        "postal_start,postal_end,price,PriceByExtraWeight,MaxVolume,PolygonName\n\
         22000000,22999999,15.90,0.10,5000,centro\n",
    );
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[0].contains("PriceByExtraWeight: is a price for each gram"));
}

#[test]
fn a_table_has_its_columns_and_a_row() {
    let told = mistakes("cep_inicial;cep_final;dias\n22000000;22999999;3\n");
    assert!(told[0].starts_with("frete.csv: line 1, column 1: price: there is no such column"));
    let told = mistakes("cep_inicial;cep_final;price\n");
    assert!(told[0].contains("has no rows"), "{told:?}");
}

#[test]
fn days_go_with_an_estimate_in_days_and_rows_with_a_country() {
    let csv = "postal_start,postal_end,price,days\n22000000,22999999,15.90,3\n";
    let told = read_with(
        csv.as_bytes(),
        &[("estimate = \"5bd\"", "estimate = \"5h\"")],
    );
    assert!(told.unwrap_err()[0].message.contains("counts days"));
    let two = [
        ("ships_to = [\"BRA\"]", "ships_to = [\"BRA\", \"ARG\"]"),
        (
            "  [[shipping.methods.areas]]",
            "  [[shipping.methods.areas]]\n  country = \"ARG\"\n  [[shipping.methods.areas]]",
        ),
    ];
    let told = read_with(csv.as_bytes(), &two).unwrap_err();
    assert!(told[0].message.contains("names no country"), "{told:?}");
    let named = "country,postal_start,postal_end,price\nBRA,22000000,22999999,15.90\n\
                 ARG,C1000AAA,C1499ZZZ,25.00\n";
    assert_eq!(read_with(named.as_bytes(), &two).unwrap().len(), 2);
}
