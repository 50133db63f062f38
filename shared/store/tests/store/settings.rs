use feirante_seller::settings::Settings;

use crate::database::{TestDatabase, budget};

fn settings(name: &str) -> Settings {
    let file = include_str!("../../../../sandbox/fixture/seller.toml");
    let mut settings = Settings::parse(file).unwrap();
    name.clone_into(&mut settings.seller.name);
    settings
}

#[tokio::test]
async fn what_is_applied_is_in_force() {
    let db = TestDatabase::start().await;
    assert!(db.settings.load(budget()).await.unwrap().is_none());
    for (name, version) in [("a", 1), ("b", 2), ("c", 3)] {
        let applied = db.settings.apply(&settings(name), budget()).await.unwrap();
        assert_eq!(applied, version);
        let edition = db.settings.load(budget()).await.unwrap().unwrap();
        assert_eq!(
            (edition.version, edition.settings),
            (version, settings(name))
        );
    }
}

#[tokio::test]
async fn of_many_that_apply_at_once_each_has_an_edition_and_the_last_one_holds() {
    let db = TestDatabase::start().await;
    let names: Vec<_> = (0..8).map(|number| number.to_string()).collect();
    let calls = names.iter().map(async |name| {
        let version = db.settings.apply(&settings(name), budget()).await.unwrap();
        (version, name.clone())
    });
    let mut applied = futures::future::join_all(calls).await;
    applied.sort_unstable();
    let versions: Vec<_> = applied.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, Vec::from_iter(1..=8));
    let edition = db.settings.load(budget()).await.unwrap().unwrap();
    assert_eq!(
        applied.pop().unwrap(),
        (edition.version, edition.settings.seller.name)
    );
}
