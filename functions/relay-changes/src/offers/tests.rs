//! Which change of the Offers table gives which message.

use std::sync::Mutex;

use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::BatchResultErrorEntry;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use feirante_store::SettingsTable;
use serde_json::{Value, json};

use super::*;

const SELLER_FILE: &str = include_str!("../../../../sandbox/fixture/seller.toml");

/// What the table of settings answers.
enum Table {
    /// A seller file with two marketplaces.
    SellerFile,
    /// None was applied.
    Empty,
    /// Nothing.
    Down,
}

fn settings_rule(table: &Table) -> Rule {
    match table {
        Table::Down => {
            mock!(aws_sdk_dynamodb::Client::get_item).then_error(|| GetItemError::unhandled("down"))
        }
        Table::Empty => mock!(aws_sdk_dynamodb::Client::get_item)
            .then_output(|| GetItemOutput::builder().build()),
        Table::SellerFile => mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| {
            let mut settings = Settings::parse(SELLER_FILE).unwrap();
            let mut other = settings.marketplaces[0].clone();
            other.account = AccountName::parse("mkt2").unwrap();
            settings.marketplaces.push(other);
            let json = serde_json::to_vec(&settings).unwrap();
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut gzip, &json).unwrap();
            let compiled = AttributeValue::B(gzip.finish().unwrap().into());
            GetItemOutput::builder()
                .item("version", AttributeValue::N("1".to_owned()))
                .item("compiled", compiled)
                .build()
        }),
    }
}

/// Calls of the queue: of each message its delay and its body.
type Sent = Arc<Mutex<Vec<Vec<(i32, Value)>>>>;

/// The function's half, and what it sends. The queue refuses a message of SKU `refused`.
async fn half(table: &Table) -> (OfferChanges, Sent) {
    let sent = Sent::default();
    let (calls, last) = (Arc::clone(&sent), Arc::clone(&sent));
    let send = mock!(aws_sdk_sqs::Client::send_message_batch)
        .match_requests(move |request| {
            let entries = request.entries().iter().map(|entry| {
                let body = serde_json::from_str(entry.message_body()).unwrap();
                (entry.delay_seconds().unwrap(), body)
            });
            calls.lock().unwrap().push(entries.collect());
            request.queue_url() == Some("http://queue.example/notifications")
        })
        .then_output(move || {
            let calls = last.lock().unwrap();
            let refused = calls
                .last()
                .unwrap()
                .iter()
                .any(|(_, body)| body["sku"] == "refused");
            let failed = refused.then(|| {
                let failed = BatchResultErrorEntry::builder()
                    .id("0")
                    .code("InternalError");
                failed.sender_fault(false).build().unwrap()
            });
            SendMessageBatchOutput::builder()
                .set_successful(Some(Vec::new()))
                .set_failed(Some(failed.into_iter().collect()))
                .build()
                .unwrap()
        });
    let queues = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&send]);
    let rule = settings_rule(table);
    let database = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&rule]);
    let settings_table = SettingsTable::new(database, "settings");
    let half = OfferChanges {
        settings: SettingsCache::start(settings_table).await,
        notifications: Notifications::new(queues, "http://queue.example/notifications"),
    };
    (half, sent)
}

/// A record as Lambda gets it; images are null where there is no item.
fn record(sku: &str, part: &str, old: Value, new: Value, made_at: Instant) -> EventRecord {
    let keys = json!({"sku": {"S": sku}, "part": {"S": part}});
    let image = |mut attributes: Value| {
        if let Some(image) = attributes.as_object_mut() {
            image.extend(keys.as_object().unwrap().clone());
        }
        attributes
    };
    let mut change = json!({
        "ApproximateCreationDateTime": made_at.seconds(), "Keys": keys,
        "SequenceNumber": "1", "SizeBytes": 1, "StreamViewType": "NEW_AND_OLD_IMAGES",
    });
    for (name, attributes) in [("OldImage", old), ("NewImage", new)] {
        if !attributes.is_null() {
            change[name] = image(attributes);
        }
    }
    let record = json!({
        "eventName": "MODIFY", "eventID": "1", "awsRegion": "us-east-1", "dynamodb": change,
    });
    serde_json::from_value(record).unwrap()
}

fn offer(price: u32, available: u32) -> Value {
    json!({
        "active": {"BOOL": true}, "name": {"S": "Camisa"},
        "price": {"M": {"price": {"N": price.to_string()}, "asOf": {"N": "1"}}},
        "onHand:main": {"N": "9"}, "reserved:main": {"N": "0"},
        "available:main": {"N": available.to_string()},
    })
}

/// What a batch of changes sends: SKU, account and kinds, in their order.
async fn sent(changes: Vec<EventRecord>) -> Vec<(String, String, Value)> {
    let (half, sent) = half(&Table::SellerFile).await;
    let mut gathered = Gathered::new();
    for change in changes {
        half.gather(&change, &mut gathered).await.unwrap();
    }
    half.send(gathered).await.unwrap();
    let sent = sent.lock().unwrap();
    let text = |body: &Value, name| body[name].as_str().unwrap().to_owned();
    let messages = sent.iter().flatten().map(|(delay, body)| {
        assert_eq!(*delay, 1);
        (
            text(body, "sku"),
            text(body, "account"),
            body["kinds"].clone(),
        )
    });
    messages.collect()
}

fn offer_change(sku: &str, old: Value, new: Value) -> EventRecord {
    record(sku, "OFFER", old, new, Instant::now())
}

fn message(sku: &str, account: &str, kinds: &[&str]) -> (String, String, Value) {
    (sku.to_owned(), account.to_owned(), json!(kinds))
}

#[tokio::test]
async fn the_changes_of_a_batch_are_one_message_for_each_sku_and_marketplace() {
    let sent = sent(vec![
        offer_change("1", offer(100, 9), offer(110, 9)),
        offer_change("1", offer(110, 9), offer(120, 9)),
        offer_change("2", offer(100, 9), offer(100, 8)),
        offer_change("1", offer(120, 9), offer(120, 8)),
    ])
    .await;
    let expected = [
        message("1", "mkt1", &["price", "inventory"]),
        message("2", "mkt1", &["inventory"]),
        message("1", "mkt2", &["price", "inventory"]),
        message("2", "mkt2", &["inventory"]),
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn an_order_s_units_are_told_as_stock() {
    let mut reserved = offer(100, 7);
    reserved["reserved:main"] = json!({"N": "2"});
    let there_and_back = vec![
        offer_change("1", offer(100, 9), reserved.clone()),
        offer_change("1", reserved, offer(100, 9)),
    ];
    let sent = sent(there_and_back).await;
    assert_eq!(sent[0], message("1", "mkt1", &["inventory"]));
}

#[tokio::test]
async fn a_sku_is_told_from_its_first_price_to_its_last() {
    let mut unpriced = offer(100, 9);
    unpriced["price"] = json!({"M": {"asOf": {"N": "2"}}});
    let sent_of = async |old: &Value, new: &Value| {
        let sent = sent(vec![offer_change("1", old.clone(), new.clone())]).await;
        sent.into_iter()
            .map(|(_, account, kinds)| (account, kinds))
            .next()
    };
    let appears = Some(("mkt1".to_owned(), json!(["price", "inventory"])));
    let all = Some(("mkt1".to_owned(), json!(["catalog", "price", "inventory"])));
    assert_eq!(sent_of(&unpriced, &offer(100, 9)).await, appears);
    assert_eq!(sent_of(&offer(100, 9), &unpriced).await, appears);
    assert_eq!(sent_of(&Value::Null, &unpriced).await, None);
    assert_eq!(sent_of(&Value::Null, &offer(100, 9)).await, all);
    assert_eq!(sent_of(&offer(100, 9), &Value::Null).await, all);
}

#[tokio::test]
async fn a_price_for_one_marketplace_is_told_to_that_one() {
    let mut own = offer(100, 9);
    own["price:mkt2"] = json!({"M": {"price": {"N": "90"}, "asOf": {"N": "1"}}});
    let sent = sent(vec![offer_change("1", offer(100, 9), own)]).await;
    assert_eq!(sent, [message("1", "mkt2", &["price"])]);
}

#[tokio::test]
async fn what_changes_nothing_for_a_marketplace_is_no_message() {
    let mut counted = offer(100, 9);
    counted["asOf:main"] = json!({"N": "5"});
    let memory = record(
        "1",
        "ADJUSTMENT#1",
        json!({"expiresAt": {"N": "1"}}),
        Value::Null,
        Instant::now(),
    );
    let sent = sent(vec![offer_change("1", offer(100, 9), counted), memory]).await;
    assert_eq!(sent, []);
}

#[tokio::test]
async fn new_catalog_content_is_told_and_a_repeat_is_not() {
    // `{}`, compressed.
    let catalog =
        json!({"catalog": {"B": "H4sIAAAAAAAA/6uuBQBDv6ajAgAAAA=="}, "skuAsOf": {"N": "1"}});
    let mut repeated = catalog.clone();
    repeated["skuAsOf"] = json!({"N": "2"});
    let change =
        |old: &Value, new: &Value| record("1", "CATALOG", old.clone(), new.clone(), Instant::now());
    assert_eq!(sent(vec![change(&catalog, &repeated)]).await, []);
    let first = sent(vec![change(&Value::Null, &catalog)]).await;
    assert_eq!(
        first,
        [
            message("1", "mkt1", &["catalog"]),
            message("1", "mkt2", &["catalog"])
        ]
    );
}

#[tokio::test]
async fn many_messages_are_sent_ten_at_a_time() {
    let (half, calls) = half(&Table::SellerFile).await;
    let mut gathered = Gathered::new();
    for sku in 0..11 {
        let change = offer_change(&sku.to_string(), offer(1, 1), offer(2, 1));
        half.gather(&change, &mut gathered).await.unwrap();
    }
    half.send(gathered).await.unwrap();
    let calls: Vec<_> = calls.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!(calls, [10, 10, 2]);
}

#[tokio::test]
async fn a_message_the_queue_does_not_take_fails_the_batch() {
    let (half, _) = half(&Table::SellerFile).await;
    let mut gathered = Gathered::new();
    let change = offer_change("refused", offer(1, 1), offer(2, 1));
    half.gather(&change, &mut gathered).await.unwrap();
    let failure = half.send(gathered).await.unwrap_err();
    assert!(matches!(failure, Failure::Later(_)), "{failure:?}");
}

#[tokio::test]
async fn a_change_waits_for_the_first_seller_file_and_not_for_ever() {
    let made_ago = |hours| {
        let made_at = Instant::now().plus(-SignedDuration::from_hours(hours));
        record("1", "OFFER", Value::Null, offer(1, 1), made_at)
    };
    let gathered = async |half: &OfferChanges, record: &EventRecord| {
        let mut gathered = Gathered::new();
        let done = half.gather(record, &mut gathered).await;
        done.map(|()| gathered.len())
    };
    let (empty, _) = half(&Table::Empty).await;
    let recent = gathered(&empty, &made_ago(0)).await;
    assert!(matches!(recent, Err(Failure::Later(_))), "{recent:?}");
    assert_eq!(gathered(&empty, &made_ago(2)).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn no_change_is_lost_to_a_seller_file_that_can_t_be_read() {
    let (down, _) = half(&Table::Down).await;
    let old = Instant::now().plus(-SignedDuration::from_hours(9));
    let record = record("1", "OFFER", Value::Null, offer(1, 1), old);
    let mut gathered = Gathered::new();
    let failure = down.gather(&record, &mut gathered).await.unwrap_err();
    assert!(matches!(failure, Failure::Later(_)), "{failure:?}");
}
