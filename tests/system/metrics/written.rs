//! The metrics of a system at work, as its functions write them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use feirante_lambda::metrics::{Metric, NAMESPACE};
use feirante_sandbox::LogSink;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::harness::bodies::o1;
use crate::harness::{Setup, eventually};
use crate::outward::{
    QUICK, Say, Scripted, authorize, facing, facing_orders, invoice, place, sell,
};

/// What functions wrote: of each line the function and the metrics.
#[derive(Default, Clone)]
struct Written(Arc<Mutex<Vec<(String, Value)>>>);

impl Written {
    fn by(&self, setup: Setup) -> Setup {
        let written = Arc::clone(&self.0);
        setup.options(|options| {
            options.logs = LogSink::Each(Arc::new(move |function, line| {
                if let Ok(line @ Value::Object(_)) = serde_json::from_str(line)
                    && line.get("_aws").is_some()
                {
                    written.lock().unwrap().push((function.to_owned(), line));
                }
            }));
        })
    }

    fn lines(&self) -> Vec<(String, Value)> {
        self.0.lock().unwrap().clone()
    }

    /// What the values of a metric add up to.
    fn sum(&self, function: &str, metric: Metric) -> i64 {
        let lines = self.lines().into_iter();
        let lines = lines.filter(|(writer, _)| writer == function);
        lines
            .filter_map(|(_, line)| line[metric.name()].as_i64())
            .sum()
    }

    /// The last value of a metric.
    fn last(&self, function: &str, metric: Metric) -> Option<i64> {
        let lines = self.lines().into_iter().rev();
        let mut lines = lines.filter(|(writer, _)| writer == function);
        lines.find_map(|(_, line)| line[metric.name()].as_i64())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_counted_by_what_the_erp_is_told_of_them() {
    let (market, written) = (Scripted::start().await, Written::default());
    let system = written.by(facing_orders(&market, QUICK)).start().await;
    let invoiced = sell(&system, "invoiced").await;
    let message = invoice(&invoiced, "NFe-1", 7590, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", message).await;
    system.erp.sees("order.invoiced", &invoiced).await;
    let canceled = place(&system, o1("canceled")).await;
    authorize(&system, &canceled).await;
    let unpaid = place(&system, o1("unpaid")).await;
    let later = Timestamp::now() + SignedDuration::from_hours(9 * 24);
    let tick = json!({"time": later.to_string()});
    let summary = system.invoke("expire-reservations", tick).await;
    assert_eq!(
        (&summary["expired"], &summary["lateInvoices"]),
        (&json!(1), &json!(1))
    );
    let no = json!({"orderId": canceled, "action": "cancel", "reason": "gone"});
    system.erp.send("cancellations", no).await;
    system.erp.sees("order.canceled", &canceled).await;
    system.erp.sees("order.expired", &unpaid).await;

    let expected = BTreeMap::from([
        (Metric::OrdersPlaced.name(), 3),
        (Metric::OrdersAuthorized.name(), 2),
        (Metric::OrdersInvoiced.name(), 1),
        (Metric::OrdersCanceled.name(), 1),
        (Metric::OrdersExpired.name(), 1),
    ]);
    let counted = || -> BTreeMap<_, _> {
        let all = Metric::ALL
            .iter()
            .filter(|metric| expected.contains_key(metric.name()));
        all.map(|metric| (metric.name(), written.sum("relay-changes", *metric)))
            .collect()
    };
    eventually("all orders to be counted", async || {
        (counted() == expected).then_some(())
    })
    .await;
    eventually("the run to be told of", async || {
        (written.sum("expire-reservations", Metric::Expired) == 1).then_some(())
    })
    .await;
    let late = written.lines().into_iter().any(|(function, line)| {
        function == "expire-reservations"
            && line["LateInvoices"] == 1
            && line["OverdueReservations"] == 0
    });
    assert!(late, "{:#?}", written.lines());
    system.stop().await;
    are_as_declared(&written);
}

/// Each line says of each of its metrics what CloudWatch has to know, and as it is declared.
fn are_as_declared(written: &Written) {
    let lines = written.lines();
    assert!(!lines.is_empty());
    for (function, line) in &lines {
        let [directive] = &line["_aws"]["CloudWatchMetrics"].as_array().unwrap()[..] else {
            panic!("{line}");
        };
        assert_eq!(directive["Namespace"], NAMESPACE, "{line}");
        assert_eq!(directive["Dimensions"], json!([["Function"]]), "{line}");
        assert!(
            line["Function"].as_str().unwrap().ends_with(function),
            "{line}"
        );
        for defined in directive["Metrics"].as_array().unwrap() {
            let name = defined["Name"].as_str().unwrap();
            let metric = Metric::ALL.iter().find(|metric| metric.name() == name);
            let metric = metric.unwrap_or_else(|| panic!("{name} is not declared"));
            assert_eq!(defined["Unit"], format!("{:?}", metric.unit()), "{name}");
            assert!(line[name].is_i64(), "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_refuses_our_key_is_paused_until_it_takes_it_again() {
    let (market, written) = (Scripted::start().await, Written::default());
    let quick = QUICK.replace(
        "[delivery.catalog]",
        "[delivery.catalog]\npaused_for = \"1s\"",
    );
    let system = written.by(facing(&market, &quick)).start().await;
    market.hears("/price", 6).await;
    market.hears("/inventory", 6).await;
    let paused = async || {
        let tick = json!({"time": Timestamp::now().to_string()});
        let summary = system.invoke("notify-marketplace", tick).await;
        summary["paused"].clone()
    };
    assert_eq!(paused().await, 0);

    market.says_always("/price", Say::Status(403));
    let dearer = json!({"type": "price", "sku": "34562", "price": 900});
    system.erp.send("offers", dearer).await;
    eventually("the account to be paused", async || {
        (paused().await == 1).then_some(())
    })
    .await;
    eventually("that to be told", async || {
        let told = written.last("notify-marketplace", Metric::PausedAccounts);
        (told == Some(1)).then_some(())
    })
    .await;
    market.recovers();
    eventually("the account to go on", async || {
        (paused().await == 0).then_some(())
    })
    .await;
    system.stop().await;
    are_as_declared(&written);
}
