//! The seller file in force: what is applied, kept and restored, and what two see who apply at once.

mod large;

use feirante_models::Instant;
use feirante_seller::settings::{Settings, Source};
use feirante_store::settings::{Applied, Draft, InForce, KEPT};

use crate::database::{SETTINGS, TestDatabase, budget};

const SELLER_FILE: &str = include_str!("../../../../sandbox/fixture/seller.toml");

fn settings(name: &str) -> Settings {
    let mut settings = Settings::parse(SELLER_FILE).unwrap();
    name.clone_into(&mut settings.seller.name);
    settings
}

fn source(name: &str) -> Source {
    Source {
        text: SELLER_FILE.replace("Feira da Esquina", name),
        attachments: [("frete.csv".to_owned(), format!("name\n{name}\n"))].into(),
    }
}

/// Applies the seller called `name` over the edition `read`.
async fn apply_over(db: &TestDatabase, read: i64, name: &str) -> Applied {
    let draft = Draft {
        settings: &settings(name),
        source: Some(&source(name)),
        restores: None,
        at: Instant::from_millis(1_000).unwrap(),
    };
    let applied = db.settings.apply_over(read, draft, budget()).await;
    applied.unwrap()
}

/// The names of all items of the table.
async fn items(db: &TestDatabase) -> Vec<String> {
    let pages = db.client.scan().table_name(SETTINGS).into_paginator();
    let items: Vec<_> = pages
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap();
    let name = |item: &std::collections::HashMap<_, _>| -> String {
        let name: &aws_sdk_dynamodb::types::AttributeValue = &item["name"];
        name.as_s().unwrap().clone()
    };
    items.iter().map(name).collect()
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

/// A seller without large tables: a function that starts reads one item.
#[tokio::test]
async fn a_small_edition_is_in_the_pointer_too() {
    use aws_sdk_dynamodb::types::AttributeValue;
    let db = TestDatabase::start().await;
    apply_over(&db, 0, "a").await;
    for name in items(&db).await {
        if name != "seller" {
            let name = AttributeValue::S(name);
            let delete = db.client.delete_item().table_name(SETTINGS);
            delete.key("name", name).send().await.unwrap();
        }
    }
    let edition = db.settings.load(budget()).await.unwrap().unwrap();
    assert_eq!((edition.version, edition.settings), (1, settings("a")));
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

#[tokio::test]
async fn of_many_that_apply_over_the_same_edition_one_wins_and_the_others_leave_nothing() {
    let db = TestDatabase::start().await;
    assert_eq!(apply_over(&db, 0, "before").await, Applied::As(1));
    let one_edition = items(&db).await.len() - 1;
    let names: Vec<_> = (0..6).map(|number| number.to_string()).collect();
    let calls = names
        .iter()
        .map(async |name| (apply_over(&db, 1, name).await, name));
    let applied = futures::future::join_all(calls).await;
    let won: Vec<_> = applied
        .iter()
        .filter(|(applied, _)| *applied == Applied::As(2))
        .collect();
    assert_eq!(won.len(), 1);
    let told = |(applied, _): &&(Applied, &String)| *applied == Applied::Overtaken(2);
    assert_eq!(applied.iter().filter(told).count(), 5);
    let in_force = db.settings.in_force(budget()).await.unwrap().unwrap();
    assert_eq!(
        (in_force.version, in_force.settings),
        (2, settings(won[0].1))
    );
    assert_eq!(in_force.source, Some(source(won[0].1)));
    assert_eq!(items(&db).await.len(), 1 + 2 * one_edition);
}

#[tokio::test]
async fn who_holds_the_edition_in_force_is_told_so() {
    let db = TestDatabase::start().await;
    let load = async |held| db.settings.load_unless(held, budget()).await.unwrap();
    assert_eq!(load(None).await, InForce::Nothing);
    apply_over(&db, 0, "a").await;
    let InForce::Edition(first) = load(None).await else {
        panic!("nothing is in force")
    };
    assert_eq!(load(Some(first.version)).await, InForce::Held);
    apply_over(&db, 1, "b").await;
    let InForce::Edition(second) = load(Some(first.version)).await else {
        panic!("nothing new is in force")
    };
    assert_eq!((second.version, second.settings), (2, settings("b")));
}

#[tokio::test]
async fn the_last_editions_are_kept_and_older_ones_leave_nothing() {
    let db = TestDatabase::start().await;
    let count = i64::try_from(KEPT).unwrap() + 3;
    for read in 0..count {
        assert_eq!(
            apply_over(&db, read, &format!("v{}", read + 1)).await,
            Applied::As(read + 1)
        );
    }
    let history = db.settings.history(budget()).await.unwrap();
    let versions: Vec<_> = history.iter().map(|kept| kept.version).collect();
    assert_eq!(versions, Vec::from_iter(4..=count));
    assert_eq!(history[0].applied_at, Instant::from_millis(1_000));
    assert_eq!(db.settings.edition(3, budget()).await.unwrap(), None);
    for version in 4..=count {
        let kept = db.settings.edition(version, budget()).await.unwrap();
        let name = format!("v{version}");
        assert_eq!(kept.unwrap().source, Some(source(&name)));
    }
    // The pointer, and of each edition one part of each kind.
    assert_eq!(items(&db).await.len(), 1 + 2 * KEPT);
}

#[tokio::test]
async fn a_restored_edition_is_a_new_one_with_the_old_content() {
    let db = TestDatabase::start().await;
    apply_over(&db, 0, "a").await;
    apply_over(&db, 1, "b").await;
    let first = db.settings.edition(1, budget()).await.unwrap().unwrap();
    let draft = Draft {
        settings: &first.settings,
        source: first.source.as_ref(),
        restores: Some(1),
        at: Instant::from_millis(2_000).unwrap(),
    };
    let applied = db.settings.apply_over(2, draft, budget()).await.unwrap();
    assert_eq!(applied, Applied::As(3));
    let edition = db.settings.load(budget()).await.unwrap().unwrap();
    assert_eq!((edition.version, edition.settings), (3, settings("a")));
    let history = db.settings.history(budget()).await.unwrap();
    assert_eq!(history.last().unwrap().restores, Some(1));
}

/// Before editions were kept there was one item with what functions read.
#[tokio::test]
async fn an_edition_of_the_old_kind_is_read_and_kept_once_another_is_applied() {
    use aws_sdk_dynamodb::types::AttributeValue;
    use std::io::Write;
    let db = TestDatabase::start().await;
    let json = serde_json::to_vec(&settings("old")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&json).unwrap();
    let compiled = AttributeValue::B(gzip.finish().unwrap().into());
    db.client
        .put_item()
        .table_name(SETTINGS)
        .item("name", AttributeValue::S("seller".to_owned()))
        .item("version", AttributeValue::N("7".to_owned()))
        .item("compiled", compiled)
        .send()
        .await
        .unwrap();
    let edition = db.settings.load(budget()).await.unwrap().unwrap();
    assert_eq!((edition.version, edition.settings), (7, settings("old")));
    let history = db.settings.history(budget()).await.unwrap();
    assert_eq!((history.len(), history[0].version), (1, 7));
    let kept = db.settings.edition(7, budget()).await.unwrap().unwrap();
    assert_eq!((kept.settings, kept.source), (settings("old"), None));

    assert_eq!(apply_over(&db, 7, "new").await, Applied::As(8));
    let kept = db.settings.edition(7, budget()).await.unwrap().unwrap();
    assert_eq!((kept.settings, kept.source), (settings("old"), None));
}
