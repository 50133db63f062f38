//! Settings larger than an item.

use super::*;

/// Two megabytes that compression does not make small.
const BYTES: usize = 2_000_000;

/// A text without a pattern, the same each time for a seed.
fn noise(seed: u64, bytes: usize) -> String {
    let mut state = seed;
    let mut next = || {
        // Knuth's linear congruential generator: its high bits are random enough.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
    };
    (0..bytes).map(|_| next()).collect()
}

fn large(seed: u64) -> (Settings, Source) {
    let source = Source {
        text: SELLER_FILE.to_owned(),
        attachments: [("frete.csv".to_owned(), noise(seed + 1, BYTES))].into(),
    };
    (settings(&noise(seed, BYTES)), source)
}

#[tokio::test]
async fn settings_of_any_size_are_read_back_whole() {
    let db = TestDatabase::start().await;
    let (settings, source) = large(1);
    let draft = Draft {
        settings: &settings,
        source: Some(&source),
        restores: None,
        at: Instant::from_millis(0).unwrap(),
    };
    let applied = db.settings.apply_over(0, draft, budget()).await.unwrap();
    assert_eq!(applied, Applied::As(1));
    let edition = db.settings.load(budget()).await.unwrap().unwrap();
    assert_eq!(edition.settings, settings);
    let kept = db.settings.edition(1, budget()).await.unwrap().unwrap();
    assert_eq!((kept.settings, kept.source), (settings, Some(source)));
    // Each half needs several items, and the pointer stays small.
    assert!(items(&db).await.len() > 9);
}

/// A reader sees one edition or the other, never parts of both.
#[tokio::test]
async fn a_reader_beside_an_application_reads_a_whole_edition() {
    let db = TestDatabase::start().await;
    let editions = [large(1).0, large(2).0];
    db.settings.apply(&editions[0], budget()).await.unwrap();
    let apply = async {
        for edition in [&editions[1], &editions[0], &editions[1]] {
            db.settings.apply(edition, budget()).await.unwrap();
        }
    };
    let read = async {
        for _ in 0..6 {
            let edition = db.settings.load(budget()).await.unwrap().unwrap();
            assert!(editions.contains(&edition.settings));
        }
    };
    futures::join!(apply, read);
}

#[tokio::test]
async fn a_part_that_is_gone_is_an_error_and_not_an_edition() {
    let db = TestDatabase::start().await;
    db.settings.apply(&large(1).0, budget()).await.unwrap();
    let names = items(&db).await;
    let part = names.iter().find(|name| name.ends_with("#compiled#1"));
    let name = aws_sdk_dynamodb::types::AttributeValue::S(part.unwrap().clone());
    let delete = db.client.delete_item().table_name(SETTINGS);
    delete.key("name", name).send().await.unwrap();
    let error = db.settings.load(budget()).await.unwrap_err();
    assert!(
        error.to_string().contains("part 1 of edition 1-"),
        "{error}"
    );
}
