//! The protocol's table (§4.2), cell by cell.
//!
//! A cell has where the order stands after the event and what its stock did, or the answer where
//! nothing changes. `·` where nothing happens and nothing is answered, `-` where the event can't
//! come.

use super::*;
use crate::package::{Package, Step, next_step};

mod cell;
mod standing;

use cell::{Event, cell};
use standing::standing;

/// Compares each row of `table` with what `events` do to an order that stands so.
fn check(events: &[Event], table: &str) {
    for row in table.trim().lines() {
        let mut cells = row.split('|').map(str::trim);
        let state = cells.next().unwrap();
        let order = standing(state);
        let expected: Vec<_> = cells.collect();
        let found: Vec<_> = events
            .iter()
            .zip(&expected)
            .map(|(event, expected)| match *expected {
                "-" => "-".to_owned(),
                _ => cell(&order, *event),
            })
            .collect();
        assert_eq!(found, expected, "{state}: {events:?}");
    }
}

#[test]
fn what_the_marketplace_asks_and_time_do() {
    let events = [
        Event::SamePlacement,
        Event::OtherPlacement,
        Event::Authorization,
        Event::Cancellation(CancellationPolicy::Confirm),
        Event::Cancellation(CancellationPolicy::Evaluate),
        Event::ReservationEnds,
    ];
    // R3 same, R3 other, R4, R5 confirm, R5 evaluate, TTL
    check(
        &events,
        "
        placed                    | same  | ES012 | authorized                   | canceled Release | canceled Release | expired Release
        needs_review              | same  | ES012 | authorized, held             | canceled Release | canceled Release | ·
        released                  | same  | ES012 | authorized                   | canceled Release | canceled Release | expired Release
        rejected                  | same  | ES012 | authorized, held, canceling  | canceled Release | canceled Release | ·
        gave up to reject         | same  | ES012 | authorized, held, gave up to cancel | canceled Release | canceled Release | ·
        placed, canceling         | same  | ES012 | authorized, canceling        | canceled Release | canceled Release | expired, canceling Release
        placed, gave up to cancel | same  | ES012 | authorized, gave up to cancel | canceled Release | canceled Release | expired, gave up to cancel Release
        authorized                | same  | ES012 | receipt                      | canceled Release | cancel_requested | ·
        authorized in review      | same  | ES012 | receipt                      | canceled Release | cancel_requested, held | ·
        authorized, released      | same  | ES012 | receipt                      | canceled Release | cancel_requested | ·
        rejected, authorized      | same  | ES012 | receipt                      | canceled Release | canceled Release | ·
        requested in review       | same  | ES012 | receipt                      | empty            | empty            | ·
        authorized, canceling     | same  | ES012 | receipt                      | canceled Release | canceled Release | ·
        authorized, invoicing     | same  | ES012 | receipt                      | empty            | empty            | ·
        authorized, gave up to cancel  | same | ES012 | receipt                  | canceled Release | canceled Release | ·
        authorized, gave up to invoice | same | ES012 | receipt                  | canceled, gave up to invoice Release | cancel_requested, gave up to invoice | ·
        cancel_requested          | same  | ES012 | receipt                      | empty            | empty            | ·
        refused                   | same  | ES012 | receipt                      | empty            | empty            | ·
        requested, canceling      | same  | ES012 | receipt                      | canceled Release | canceled Release | ·
        requested, invoicing      | same  | ES012 | receipt                      | empty            | empty            | ·
        modifying                 | same  | ES012 | receipt                      | canceled Release | cancel_requested | ·
        modified                  | same  | ES012 | receipt                      | canceled Release | cancel_requested | ·
        partially_invoiced        | same  | ES012 | receipt                      | empty            | empty            | ·
        invoiced                  | same  | ES012 | receipt                      | empty            | empty            | ·
        shipped                   | same  | ES012 | receipt                      | empty            | empty            | ·
        delivered                 | same  | ES012 | receipt                      | empty            | empty            | ·
        returning                 | same  | ES012 | receipt                      | empty            | empty            | ·
        partly returned           | same  | ES012 | receipt                      | empty            | empty            | ·
        returned                  | same  | ES012 | ES018                        | canceled         | canceled         | ·
        returned, canceling       | same  | ES012 | ES018                        | canceled         | canceled         | ·
        returned, refund settled  | same  | ES012 | ES018                        | canceled         | canceled         | ·
        canceled                  | ES013 | ES013 | ES018                        | receipt          | receipt          | ·
        canceled by the seller    | ES013 | ES013 | ES018                        | receipt          | receipt          | ·
        canceled after its return | ES013 | ES013 | ES018                        | receipt          | receipt          | ·
        expired                   | ES013 | ES013 | authorized Reserve           | canceled         | canceled         | ·
        released, expired         | ES013 | ES013 | authorized Reserve           | canceled         | canceled         | ·
        payment refused           | ES013 | ES013 | ES014                        | canceled         | canceled         | ·
        expired, canceling        | ES013 | ES013 | ES014                        | canceled        | canceled         | ·
        ",
    );
}

#[test]
fn what_the_erp_says_of_cancellations_does() {
    let events = [
        Event::ErpConfirms,
        Event::ErpRefuses,
        Event::ErpCancels,
        Event::CancellationTaken,
        Event::CancellationRefused,
    ];
    // confirm, refuse, cancel; of the last the marketplace's yes and no
    check(
        &events,
        "
        placed                    | not asked        | not asked        | placed, canceling           | - | -
        needs_review              | not asked        | not asked        | needs_review, canceling     | - | -
        released                  | not asked        | not asked        | placed, canceling           | - | -
        rejected                  | not asked        | not asked        | pending                     | canceled Release | needs_review
        gave up to reject         | not asked        | not asked        | needs_review, canceling     | canceled Release | needs_review
        placed, canceling         | not asked        | not asked        | pending                     | canceled Release | placed
        authorized                | not asked        | not asked        | authorized, canceling       | - | -
        authorized in review      | not asked        | not asked        | authorized, held, canceling | - | -
        rejected, authorized      | not asked        | not asked        | pending                     | canceled Release | authorized, held
        requested in review       | canceled Release | cancel_requested, held | cancel_requested, held, canceling | - | -
        authorized, canceling     | not asked        | not asked        | pending                     | canceled Release | authorized
        authorized, invoicing     | not asked        | not asked        | held back                   | - | -
        placed, gave up to cancel | not asked        | not asked        | placed, canceling           | canceled Release | placed
        authorized, gave up to cancel  | not asked   | not asked        | authorized, canceling       | canceled Release | authorized
        authorized, gave up to invoice | not asked   | not asked        | authorized, canceling, gave up to invoice | - | -
        requested, gave up to invoice  | ask | cancel_requested, gave up to invoice | cancel_requested, canceling, gave up to invoice | - | -
        expired, gave up to cancel | not asked       | not asked        | expired, canceling          | canceled | expired
        cancel_requested          | canceled Release | cancel_requested | cancel_requested, canceling | - | -
        refused                   | canceled Release | ·                | cancel_requested, canceling | - | -
        requested, canceling      | canceled Release | cancel_requested, canceling | pending          | canceled Release | cancel_requested
        requested, invoicing      | held back        | cancel_requested, invoicing | held back        | - | -
        modifying                 | not asked        | not asked        | authorized, canceling       | - | -
        partially_invoiced        | invoiced         | ·                | invoiced                    | - | -
        invoiced                  | invoiced         | ·                | invoiced                    | - | -
        shipped                   | invoiced         | ·                | invoiced                    | - | -
        delivered                 | invoiced         | ·                | invoiced                    | - | -
        returning                 | invoiced         | ·                | invoiced                    | - | -
        partly returned           | invoiced         | ·                | invoiced                    | - | -
        returned                  | not asked        | ·                | returned, canceling         | - | -
        returned, canceling       | not asked        | ·                | pending                     | canceled | returned
        canceled                  | ·                | too late         | ·                           | · | -
        canceled by the seller    | ·                | too late         | ·                           | · | -
        canceled after its return | ·                | too late         | ·                           | · | -
        expired                   | not asked        | not asked        | ·                           | - | -
        payment refused           | not asked        | not asked        | expired, canceling          | - | -
        expired, canceling        | not asked        | not asked        | pending                     | canceled | expired
        ",
    );
}

#[test]
fn what_a_person_decides_of_its_prices_does() {
    // release, reject
    check(
        &[Event::Release, Event::Rejection],
        "
        placed                    | not held          | not held
        authorized                | not held          | not held
        canceled                  | not held          | not held
        invoiced                  | not held          | not held
        needs_review              | placed            | needs_review, canceling
        authorized in review      | authorized        | authorized, held, canceling
        requested in review       | asked to cancel   | cancel_requested, held, canceling
        refused in review         | cancel_requested  | cancel_requested, held, canceling
        released                  | ·                 | too late
        authorized, released      | ·                 | too late
        released, expired         | ·                 | too late
        rejected                  | is being canceled | needs_review, canceling
        rejected, authorized      | is being canceled | authorized, held, canceling
        gave up to reject         | placed, gave up to cancel | needs_review, canceling
        rejected, canceled        | is canceled       | ·
        ",
    );
}

#[test]
fn what_the_marketplace_modifies_does() {
    let events = [Event::Modification, Event::Confirmation, Event::Withdrawal];
    // R6, R8 confirmation, R7
    check(
        &events,
        "
        placed                    | ES018                 | ES009               | ES009
        needs_review              | ES018                 | ES009               | ES009
        authorized                | authorized, modifying | ES009               | ES009
        authorized in review      | ES018                 | ES009               | ES009
        authorized, canceling     | ES018                 | ES009               | ES009
        authorized, invoicing     | SalesOrderSystem046   | ES009               | ES009
        authorized, gave up to cancel | authorized, gave up to cancel, modifying | ES009 | ES009
        authorized, gave up to invoice | authorized, modifying, gave up to invoice | ES009 | ES009
        cancel_requested          | ES018                 | ES009               | ES009
        refused                   | ES018                 | ES009               | ES009
        modifying                 | SalesOrderSystem014   | authorized Exchange | authorized
        modifying, invoicing      | SalesOrderSystem046   | SalesOrderSystem046 | authorized, invoicing
        modifying, invoice refused | SalesOrderSystem014  | authorized Exchange | authorized
        modified                  | ES018                 | ·                   | ES018
        modified, not told        | ES018                 | authorized          | ES018
        modified, told            | ES018                 | ·                   | ES018
        modification taken back   | authorized, modifying | ES018               | ·
        partially_invoiced        | SalesOrderSystem046   | ES009               | ES009
        invoiced                  | SalesOrderSystem046   | ES009               | ES009
        delivered                 | SalesOrderSystem046   | ES009               | ES009
        returned                  | SalesOrderSystem046   | ES009               | ES009
        canceled                  | SalesOrderSystem008   | ES009               | ES009
        expired                   | SalesOrderSystem008   | ES009               | ES009
        ",
    );
}

#[test]
fn what_the_erp_invoices_and_ships_does() {
    let part = |kind| Event::Invoice { kind, all: false };
    let all = |kind| Event::Invoice { kind, all: true };
    let events = [
        part(InvoiceType::Output),
        all(InvoiceType::Output),
        part(InvoiceType::Input),
        all(InvoiceType::Input),
        Event::TrackingNumber,
        Event::Delivered,
    ];
    // Output in part, the rest; Input in part, the rest; the first package's tracking number, and
    // that it has arrived
    check(
        &events,
        "
        placed                    | not authorized          | not authorized | not invoiced | not invoiced | waits | waits
        needs_review              | held                    | held           | not invoiced | not invoiced | waits | waits
        placed, canceling         | not authorized          | not authorized | not invoiced | not invoiced | waits | waits
        authorized                | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        authorized in review      | held                    | held           | not invoiced | not invoiced | waits | waits
        released                  | not authorized          | not authorized | not invoiced | not invoiced | waits | waits
        authorized, released      | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        released, authorized before | partially_invoiced Ship | invoiced Ship | not invoiced | not invoiced | waits | waits
        rejected, authorized      | held                    | held           | not invoiced | not invoiced | waits | waits
        requested in review       | held                    | held           | not invoiced | not invoiced | waits | waits
        authorized, canceling     | held back               | held back      | not invoiced | not invoiced | waits | waits
        authorized, invoicing     | partially_invoiced, invoicing Ship | partially_invoiced, invoicing Ship | not invoiced | not invoiced | waits | waits
        authorized, gave up to cancel  | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        authorized, gave up to invoice | partially_invoiced, gave up to invoice Ship | invoiced, gave up to invoice Ship | not invoiced | not invoiced | waits | waits
        cancel_requested          | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        refused                   | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        requested, canceling      | held back               | held back      | not invoiced | not invoiced | waits | waits
        requested, invoicing      | partially_invoiced, invoicing Ship | partially_invoiced, invoicing Ship | not invoiced | not invoiced | waits | waits
        modifying                 | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        modified                  | held back               | held back      | not invoiced | not invoiced | waits | waits
        modified, not told        | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        modified, told            | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | waits | waits
        partially_invoiced        | partially_invoiced Ship | invoiced Ship  | not invoiced | not invoiced | partially_invoiced | partially_invoiced
        invoiced                  | too much                | too much       | invoiced Restock  | returned Restock | shipped   | delivered
        shipped                   | too much                | too much       | shipped Restock   | returned Restock | shipped   | delivered
        delivered                 | too much                | too much       | delivered Restock | returned Restock | delivered | delivered
        returning                 | too much                | too much       | invoiced, returning Restock | invoiced, returning Restock | shipped, returning | delivered, returning
        gave up to return         | too much                | too much       | invoiced, gave up to return Restock | returned, gave up to return Restock | shipped, gave up to return | delivered, gave up to return
        partly returned           | too much                | too much       | invoiced Restock  | returned Restock | shipped   | delivered
        returned                  | over                    | over           | too much     | too much     | returned  | returned
        returned, canceling       | over                    | over           | held back    | held back    | returned, canceling | returned, canceling
        canceled                  | over                    | over           | not invoiced | not invoiced | no package | no package
        canceled by the seller    | over                    | over           | not invoiced | not invoiced | no package | no package
        canceled after its return | over                    | over           | not invoiced | not invoiced | -          | -
        expired                   | over                    | over           | not invoiced | not invoiced | no package | no package
        payment refused           | over                    | over           | not invoiced | not invoiced | no package | no package
        expired, canceling        | over                    | over           | not invoiced | not invoiced | no package | no package
        ",
    );
}
