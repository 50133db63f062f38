//! The example of the documentation, which shows every rule.

use std::path::PathBuf;

use super::*;
use crate::mapping::{Name, Target};

/// The folder of the example.
struct Folder(PathBuf);

impl Attachments for Folder {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(name)).map_err(|error| error.to_string())
    }
}

fn example() -> Settings {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/seller");
    let folder = Folder(folder.into());
    let text = String::from_utf8(folder.read("seller.toml").unwrap()).unwrap();
    Settings::parse_with(&text, &folder).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

#[test]
fn the_example_is_read_with_the_files_it_names() {
    let settings = example();
    let stored = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&stored).unwrap(), settings);
}

#[test]
fn the_example_has_adjustments_and_promotions() {
    let settings = example();
    let adjustment = settings.marketplaces[0].price_adjustment.unwrap();
    assert_eq!(
        (adjustment.ending, adjustment.rounding),
        (Some(90), Rounding::Up)
    );
    let offs = settings.promotions.iter().map(|promotion| promotion.off);
    let offs: Vec<_> = offs.collect();
    assert!(matches!(offs[..], [Off::Percent(_), Off::Amount(_)]));
}

#[test]
fn the_example_has_names_of_a_marketplace_s_own() {
    let settings = example();
    let [plain, mapped] = &settings.marketplaces[..] else {
        panic!("{:?}", settings.marketplaces);
    };
    assert!(plain.mapping.is_default());
    let to = |name: Name| mapped.mapping.target(&name).cloned();
    let blue = Some(Target::Name("Blue".to_owned()));
    assert_eq!(to(Name::value("Cor", "azul-marinho")), blue);
    assert_eq!(to(Name::value("Tecido", "Linho")), Some(Target::Same));
    assert_eq!(to(Name::brand("Outra")), None);
}
