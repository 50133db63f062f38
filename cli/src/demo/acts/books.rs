//! At the end both sides' books agree.

use feirante_sandbox_marketplace::Order;

use super::Fate;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, same};
use crate::demo::wire::money;

pub(super) async fn play(stage: &mut Stage, fates: &[Fate]) -> Held {
    events(stage, fates).await?;
    books(stage, fates).await
}

async fn events(stage: &mut Stage, fates: &[Fate]) -> Held {
    stage.begin(
        "events",
        "what the ERP was told of each order on erp-orders.fifo, in order",
    );
    for Fate { order, events, .. } in fates {
        // The last one is waited for; those before it have come before it.
        if let Some(last) = events.last() {
            stage.erp.hears(last, &order.seller).await?;
        }
        let seen: Vec<&str> = stage
            .erp
            .events_of(&order.seller)
            .map(|event| event.kind.as_str())
            .collect();
        same(
            format_args!("the events of {}", order.seller),
            seen.as_slice(),
            events,
        )?;
        let short: Vec<&str> = events
            .iter()
            .map(|event| event.strip_prefix("order.").unwrap_or(event))
            .collect();
        stage.say(format!("{}  {}", order.market, short.join(", ")));
    }
    stage.held().await
}

async fn books(stage: &mut Stage, fates: &[Fate]) -> Held {
    stage.begin(
        "books",
        "the marketplace's books: each order as the ERP has it, no violation",
    );
    for Fate { order, status, .. } in fates {
        let kept = stage.market.order(&order.market).await?;
        let of = |what: &str| format!("{what} of {}", order.market);
        same(of("the status"), kept.status, *status)?;
        same(of("what came twice"), &kept.repeats, &Default::default())?;
        same(of("what is odd"), &kept.flags, &Default::default())?;
        stage.say(line(&kept));
    }
    for queue in ["offers", "invoices", "tracking", "cancellations"] {
        let left = stage.erp.letters_left(queue).await?;
        same(
            format_args!("dead letters of erp-{queue} nobody has read"),
            left,
            0,
        )?;
    }
    stage.say("no message of the ERP's is in the dead letters but the invoice too many");
    let violations = stage.market.violations().await?;
    same("violations of the protocol", violations.as_slice(), &[])?;
    stage.say("violations of the protocol: none");
    stage.held().await
}

/// An order as the marketplace has it.
fn line(order: &Order) -> String {
    let invoices: Vec<String> = order
        .invoices
        .iter()
        .map(|invoice| {
            format!(
                "{:?} {} over {}",
                invoice.kind,
                invoice.number,
                money(invoice.value)
            )
        })
        .collect();
    let (id, status, total) = (&order.id, order.status.as_str(), money(order.total));
    format!("{id}  {status:<8} {total:>7}  {}", invoices.join(", "))
        .trim_end()
        .to_owned()
}
