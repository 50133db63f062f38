//! The example of the documentation, which shows every rule.

use std::path::PathBuf;

use super::*;

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
