use crate::fixture::SELLER_FILE;
use crate::mapping::{Mapping, Name, Target, Unmapped};
use crate::settings::{Attachments, Settings};

/// A folder with one file.
struct Folder<'a>(&'a str);

impl Attachments for Folder<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        match name {
            "mapa.csv" => Ok(self.0.as_bytes().to_vec()),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

/// The fixture with these settings in its marketplace's section, or its mistakes as they are told.
fn read_with(section: &str, csv: &str) -> Result<Settings, Vec<String>> {
    let place = "[[warehouses]]";
    let section = format!("[marketplaces.mapping]\n{section}\n\n{place}");
    let file = SELLER_FILE.replacen(place, &section, 1);
    let told = |mistakes: Vec<crate::settings::Mistake>| {
        mistakes.iter().map(ToString::to_string).collect()
    };
    Settings::parse_with(&file, &Folder(csv)).map_err(told)
}

fn read(csv: &str) -> Result<Mapping, Vec<String>> {
    let mut settings = read_with("file = \"mapa.csv\"", csv)?;
    Ok(settings.marketplaces.remove(0).mapping)
}

fn mistakes(csv: &str) -> Vec<String> {
    read(csv).unwrap_err()
}

fn to(name: &str) -> Target {
    Target::Name(name.to_owned())
}

#[test]
fn a_mapping_is_read_as_spreadsheets_write_it() {
    let expected = Mapping::new(
        Unmapped::Pass,
        [
            (Name::category("Roupas/Camisas"), to("Moda/Camisas")),
            (Name::brand("Feira"), Target::Same),
            (Name::specification("Cor"), to("Color")),
            (Name::value("Cor", "Azul"), to("Blue")),
            (Name::value("Cor", "*"), Target::LeftOut),
        ],
    );
    let ours = "kind,from,to,specification,skus\n\
                category,Roupas/Camisas,Moda/Camisas,,17\n\
                brand,Feira,*\n\
                specification,Cor,Color,\n\
                value,Azul,Blue,Cor\n\
                value,*,-,Cor\n";
    let portuguese = "Tipo;Especificação;De;Para\r\n\
                      Categoria;;roupas / camisas;Moda/Camisas\r\n\
                      MARCA;;FEIRA;*\r\n\
                      especificação;;cor;Color\r\n\r\n\
                      valor;COR;azul;Blue\r\n\
                      valor;Cor;*;-\r\n";
    assert_eq!(read(ours), Ok(expected.clone()));
    assert_eq!(read(portuguese), Ok(expected));
    assert_eq!(read("kind,from,to\n"), Ok(Mapping::default()));
}

#[test]
fn what_is_not_mapped_passes_unless_it_is_to_be_held() {
    let unmapped = |section: &str| {
        let settings = read_with(section, "kind,from,to\nbrand,a,b\n").unwrap();
        settings.marketplaces[0].mapping.unmapped
    };
    assert_eq!(unmapped("file = \"mapa.csv\""), Unmapped::Pass);
    let pass = "file = \"mapa.csv\"\nunmapped = \"pass\"";
    assert_eq!(unmapped(pass), Unmapped::Pass);
    let hold = "file = \"mapa.csv\"\nunmapped = \"hold\"";
    assert_eq!(unmapped(hold), Unmapped::Hold);
}

#[test]
fn every_mistake_is_told_with_its_line_and_column() {
    let csv = "kind,from,to,specification\n\
               marca,Feira,,\n\
               colour,Azul,Blue,\n\
               value,Azul,Blue,\n\
               brand,,Feira,\n\
               brand,Outra,-,\n\
               category,/,Moda,\n\
               category,Roupas,//,\n\
               specification,Cor,Color,Cor\n\
               ,,,x\n";
    let target = "the marketplace's name goes here, * where it is the same, - where there is none";
    assert_eq!(
        mistakes(csv),
        [
            format!("mapa.csv: line 2, column 13: to: is empty: {target}"),
            "mapa.csv: line 3, column 1: kind: is none of category, brand, specification and value"
                .to_owned(),
            "mapa.csv: line 4, column 17: specification: is empty: which specification this is a \
             value of"
                .to_owned(),
            "mapa.csv: line 5, column 7: from: is empty: the seller's name goes here".to_owned(),
            "mapa.csv: line 6, column 13: to: can't be left out: a suggestion has a category and a \
             brand"
                .to_owned(),
            "mapa.csv: line 7, column 10: from: names no category, like Roupas/Camisas".to_owned(),
            "mapa.csv: line 8, column 17: to: names no category, like Roupas/Camisas".to_owned(),
            "mapa.csv: line 9, column 25: specification: goes with values alone".to_owned(),
            "mapa.csv: line 10, column 1: kind: is none of category, brand, specification and value"
                .to_owned(),
            "mapa.csv: line 10, column 2: from: is empty: the seller's name goes here".to_owned(),
            format!("mapa.csv: line 10, column 3: to: is empty: {target}"),
        ]
    );
}

#[test]
fn what_is_mapped_twice_is_told_with_both_lines() {
    let csv = "kind,from,to,specification\n\
               brand,Feira,A,\n\
               specification,Feira,A,\n\
               value,Feira,A,Feira\n\
               brand, FEIRA ,A,\n\
               value,feira,B,FEIRA\n\
               value,feira,B,Outra\n\
               category,a / b,x,\n\
               category,A/B,y,\n";
    assert_eq!(
        mistakes(csv),
        [
            "mapa.csv: line 5, column 7: from: brand FEIRA is in line 2 as well",
            "mapa.csv: line 6, column 7: from: value feira of FEIRA is in line 4 as well",
            "mapa.csv: line 9, column 10: from: category A/B is in line 8 as well",
        ]
    );
}

#[test]
fn columns_and_settings_that_are_missing_are_told() {
    assert_eq!(
        mistakes("kind;name\nbrand;a\n"),
        [
            "mapa.csv: line 1, column 1: from: there is no such column; there are kind, name",
            "mapa.csv: line 1, column 1: to: there is no such column; there are kind, name",
        ]
    );
    assert_eq!(
        mistakes("kind,from,to\nvalue,a,b\n"),
        [
            "mapa.csv: line 2, column 1: needs the column specification: which one this is a value \
             of"
        ]
    );
    for (section, expected) in [
        (
            "unmapped = \"hold\"",
            "marketplaces[0].mapping.file: is missing",
        ),
        (
            "file = \"../mapa.csv\"",
            "marketplaces[0].mapping.file: ../mapa.csv is no file beside",
        ),
        (
            "file = \"map.csv\"",
            "marketplaces[0].mapping.file: map.csv: there is no such file",
        ),
        (
            "file = \"mapa.csv\"\nunmapped = \"drop\"",
            "marketplaces[0].mapping.unmapped: is none of \"pass\", \"hold\"",
        ),
        (
            "file = \"mapa.csv\"\nhold = true",
            "marketplaces[0].mapping.hold: is no setting",
        ),
    ] {
        let told = read_with(section, "kind,from,to\n").unwrap_err();
        assert!(
            told.iter().any(|one| one.contains(expected)),
            "{expected}: {told:#?}"
        );
    }
}

#[test]
fn settings_stored_before_there_were_mappings_are_read() {
    let settings = Settings::parse(SELLER_FILE).unwrap();
    let json = serde_json::to_value(&settings).unwrap();
    // And a hash of what a marketplace sees of them stays the same.
    assert!(json["marketplaces"][0].get("mapping").is_none(), "{json}");
    assert_eq!(serde_json::from_value::<Settings>(json).unwrap(), settings);
    let mapped = read_with("file = \"mapa.csv\"", "kind,from,to\nbrand,a,b\n").unwrap();
    let json = serde_json::to_value(&mapped).unwrap();
    assert_eq!(
        json["marketplaces"][0]["mapping"],
        serde_json::json!({"unmapped": "pass", "targets": [{"kind": "brand", "from": "a", "to": "b"}]})
    );
    assert_eq!(serde_json::from_value::<Settings>(json).unwrap(), mapped);
}
