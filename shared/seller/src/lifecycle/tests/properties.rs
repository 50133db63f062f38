//! What holds whatever happens to an order in whatever sequence.

use feirante_models::events::EventType;
use proptest::prelude::*;

use super::*;

mod books;
mod ends;
mod event;
mod modifications;
mod world;

use event::events;
use world::World;

/// Lines with SKUs and warehouses that repeat.
fn lines() -> impl Strategy<Value = Vec<Line>> {
    let sku = prop::sample::select(vec!["a", "b", "c"]);
    let warehouse = prop::sample::select(vec!["main", "far"]);
    let line = (sku, warehouse, 1..4_i64).prop_map(|(sku, place, units)| line(sku, place, units));
    prop::collection::vec(line, 1..5)
}

/// An order that is paid or not, with a total that takes one, few or many invoices.
fn orders() -> impl Strategy<Value = Order> {
    let total = prop_oneof![1 => Just(0_i64), 4 => 1..5_i64, 4 => 1..20_000_i64];
    (lines(), total, 0..4_u8, any::<bool>()).prop_map(|(lines, total, paid, in_review)| {
        let review = if in_review && paid == 0 {
            Review::Pending
        } else {
            Review::NotNeeded
        };
        let order = Order {
            lines,
            total: Cents::new(total),
            ..placed(review)
        };
        match paid {
            0 => order,
            _ => changed(authorize(&order, hours(0)).unwrap()),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn an_order_keeps_its_word(order in orders(), events in events()) {
        let mut world = World::of(order);
        for (event, wait) in events {
            world.happens(event, wait)?;
            world.adds_up()?;
            waits_until_it_is_invoiced(&world.order)?;
        }
    }

    #[test]
    fn whatever_was_given_up_some_message_of_the_erp_moves_the_order_on(
        order in orders(),
        events in events(),
    ) {
        let mut world = World::of(order);
        for (event, wait) in events {
            world.happens(event, wait)?;
        }
        world.gives_everything_up()?;
        world.adds_up()?;
        moves_on(&world.order)?;
    }

    #[test]
    fn the_erp_is_told_of_each_change_by_its_type(order in orders(), events in events()) {
        let mut world = World::of(order);
        for (event, wait) in events {
            let before = world.order.clone();
            world.happens(event, wait)?;
            for entry in &world.order.timeline[before.timeline.len()..] {
                let expected = match &entry.change {
                    Change::Authorized => Some(EventType::Authorized),
                    Change::Released { .. } => Some(EventType::Released),
                    Change::CancellationRequested { .. } => Some(EventType::CancellationRequested),
                    Change::Canceled { .. } => Some(EventType::Canceled),
                    Change::Expired => Some(EventType::Expired),
                    Change::ModificationApplied { .. } => Some(EventType::Modified),
                    Change::DeliveryFailed { .. } => Some(EventType::DeliveryFailed),
                    // The two that depend on sums are counted by the world.
                    Change::InvoiceSent { .. } | Change::ProgressSent { .. } => continue,
                    _ => None,
                };
                prop_assert_eq!(entry.change.event(), expected);
            }
        }
    }
}

/// A paid order waits for its invoices, from its authorization on, until the marketplace has them for
/// all of it; what waits for that does not expire.
fn waits_until_it_is_invoiced(order: &Order) -> Result<(), TestCaseError> {
    let is_whole = order.invoices.is_complete(InvoiceType::Output, order.total);
    let paid = order.state.authorization().filter(|_| !is_whole);
    let since = paid.map(|authorization| authorization.date);
    prop_assert_eq!(order.awaits_invoices_since(), since, "{}", order.status());
    prop_assert!(order.due().is_none() || since.is_none());
    Ok(())
}

/// An order that nothing is on its way of takes the messages of its state (protocol §4.2).
fn moves_on(order: &Order) -> Result<(), TestCaseError> {
    let at = hours(10_000);
    let sends = |kind| {
        let left = order.invoices.residual(kind, order.total).get();
        let skus = order.lines.iter().map(|line| (line.sku.as_str(), 1));
        let invoice = invoice("LAST", kind, left, &skus.collect::<Vec<_>>());
        let accepted = accept_invoice(order, &invoice, at);
        let Ok(Outcome::Change(accepted, AcceptedInvoice::Accepted)) = accepted else {
            return Err(TestCaseError::fail(format!("{kind:?}: {accepted:?}")));
        };
        let sent = invoice_sent(&accepted.order, &invoice.number, false, sent(), at);
        let Outcome::Change(sent, ()) = sent else {
            return Err(TestCaseError::fail("taken, and nothing changes"));
        };
        Ok(sent.order.status())
    };
    let cancels = || {
        let started = start_cancellation(order, "damaged", at);
        let Ok(Outcome::Change(started, StartedCancellation::Started)) = started else {
            return Err(TestCaseError::fail(format!("{started:?}")));
        };
        let Outcome::Change(canceled, ()) = cancel_sent(&started.order, sent(), at) else {
            return Err(TestCaseError::fail("canceled, and nothing changes"));
        };
        Ok(canceled.order.status())
    };
    match order.status() {
        "placed" | "needs_review" => prop_assert_eq!(cancels()?, "canceled"),
        "authorized" | "cancel_requested" => {
            prop_assert_eq!(cancels()?, "canceled");
            if order.is_held() {
                // A person decides, either way; what the marketplace asks has its answer first.
                let answered = if order.is_asked_to_cancel() {
                    prop_assert_eq!(
                        release(order, "ana", None, at),
                        Err(NotReviewable::CancellationAsked)
                    );
                    &changed(refuse_cancellation(order, None, at).unwrap())
                } else {
                    order
                };
                let freed = changed(release(answered, "ana", None, at).unwrap());
                moves_on(&freed)?;
                let rejected = changed(reject(order, "ana", "sold below cost", at).unwrap());
                let canceled = changed(cancel_sent(&rejected, sent(), at));
                prop_assert_eq!(canceled.status(), "canceled");
            } else {
                prop_assert_eq!(sends(InvoiceType::Output)?, "invoiced");
            }
        }
        "partially_invoiced" => prop_assert_ne!(sends(InvoiceType::Output)?, "partially_invoiced"),
        "invoiced" | "shipped" | "delivered" => {
            prop_assert_eq!(sends(InvoiceType::Input)?, "returned");
        }
        _ => {}
    }
    Ok(())
}
