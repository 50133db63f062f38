//! The lives orders lead: legal ones, illegal ones, and races that may end either way.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;

use super::Plan;
use super::draft::Draft;
use super::expected::{Act, Invoice, Kind};
use super::message::{Queue, When};

const INVOICED: When = When::After("order.invoiced");
const ASKED: When = When::After("order.cancellationRequested");

/// Adds an order with some life.
pub(super) fn add(plan: &mut Plan, chance: &mut StdRng) {
    let life = chance.random_range(0..100);
    let draft = Draft::new(plan, chance);
    match life {
        0..30 => shipped(draft),
        30..36 => partly_invoiced(draft),
        36..44 => returned(draft),
        44..49 => partly_returned(draft),
        49..56 => canceled_by_seller(draft),
        56..63 => canceled_by_shopper(draft),
        63..69 => invoiced_against_shopper(draft),
        69..77 => cancel_races_invoice(draft),
        77..82 => shopper_races_invoice(draft),
        82..87 => two_whole_invoices(draft),
        87..91 => wrong_invoices(draft),
        91..94 => too_late(draft),
        94..97 => never_paid(draft),
        97..98 => payment_denied(draft),
        _ => number_taken(draft),
    }
}

/// The usual life: one or several invoices, tracking numbers inside or apart, where the packages are.
/// Everything comes in any order.
fn shipped(mut draft: Draft<'_>) {
    let count = draft.chance.random_range(1..=4);
    let mut invoices = match count {
        1 => vec![draft.whole(Kind::Output)],
        count => draft.parts(Kind::Output, count),
    };
    let told = draft.chance.random_range(0..12);
    for invoice in &mut invoices {
        tell(&mut draft, invoice, told);
    }
    let delivered = invoices.iter().all(|invoice| invoice.delivered);
    let after: &[_] = match delivered {
        true => &["order.invoiced", "order.delivered"],
        false => &["order.invoiced"],
    };
    let ending = draft.invoiced(invoices, after);
    draft.end("invoiced and shipped", [ending]);
}

/// Says an invoice and as much of its package as `told` asks for: nothing, its number, its way, its
/// arrival.
fn tell(draft: &mut Draft<'_>, invoice: &mut Invoice, told: u8) {
    if told < 2 {
        draft.say_invoice(invoice, false, When::Whenever);
        return;
    }
    draft.ship(invoice);
    let inside = draft.chance.random_bool(0.4);
    draft.say_invoice(invoice, inside, When::Whenever);
    // Some say it both ways.
    if !inside || draft.chance.random_bool(0.2) {
        draft.say_shipment(invoice);
    }
    if told > 3 {
        let steps = draft.chance.random_range(2..=4);
        draft.say_progress(invoice, steps, told > 6);
    }
}

/// One invoice of a part, and a return that comes too early.
fn partly_invoiced(mut draft: Draft<'_>) {
    let mut invoices = draft.parts(Kind::Output, 2);
    invoices.truncate(1);
    draft.say_invoice(&invoices[0], false, When::Whenever);
    let back = draft.whole(Kind::Input);
    let early = draft.say_invoice(&back, false, When::Whenever);
    let ending = draft.invoiced(invoices, &[]).refusing(409, [early]);
    draft.end("partly invoiced", [ending]);
}

/// Everything comes back, in one return or two.
fn returned(mut draft: Draft<'_>) {
    let mut invoices = vec![draft.whole(Kind::Output)];
    draft.say_invoice(&invoices[0], false, When::Whenever);
    let count = draft.chance.random_range(1..=2);
    let returns = match count {
        1 => vec![draft.whole(Kind::Input)],
        count => draft.parts(Kind::Input, count),
    };
    for back in &returns {
        draft.say_invoice(back, false, INVOICED);
    }
    invoices.extend(returns);
    let after: &[_] = match draft.erp_decides() {
        true => &["order.invoiced", "order.returned", "order.canceled"],
        false => &["order.invoiced", "order.returned"],
    };
    let ending = draft.invoiced(invoices, after);
    draft.end("returned", [ending]);
}

/// Some comes back.
fn partly_returned(mut draft: Draft<'_>) {
    let mut invoices = vec![draft.whole(Kind::Output)];
    draft.say_invoice(&invoices[0], false, When::Whenever);
    let back = draft.parts(Kind::Input, 2).swap_remove(0);
    draft.say_invoice(&back, false, INVOICED);
    invoices.push(back);
    let ending = draft.invoiced(invoices, &["order.invoiced"]);
    draft.end("partly returned", [ending]);
}

/// The seller cancels, once or twice over, and tells of a package there will never be.
fn canceled_by_seller(mut draft: Draft<'_>) {
    draft.say_cancellation("cancel", When::Whenever);
    if draft.chance.random_bool(0.3) {
        draft.say_cancellation("cancel", When::Whenever);
    }
    let mut never = draft.whole(Kind::Output);
    draft.ship(&mut never);
    let refused = draft
        .chance
        .random_bool(0.4)
        .then(|| draft.say_shipment(&never));
    let ending = draft.canceled(&["order.authorized", "order.canceled"]);
    let ending = ending.refusing(409, refused);
    draft.end("canceled by the seller", [ending]);
}

/// The shopper cancels; the first marketplace waits for the ERP's word.
fn canceled_by_shopper(mut draft: Draft<'_>) {
    draft.act(Act::Cancel);
    let ending = if draft.erp_decides() {
        draft.say_cancellation("confirm", ASKED);
        draft.canceled(&[
            "order.authorized",
            "order.cancellationRequested",
            "order.canceled",
        ])
    } else {
        let late = draft.whole(Kind::Output);
        let when = When::After("order.canceled");
        let late = draft.say_invoice(&late, false, when);
        draft
            .canceled(&["order.authorized", "order.canceled"])
            .refusing(409, [late])
    };
    draft.end("canceled by the shopper", [ending]);
}

/// The shopper wants to cancel and gets an invoice.
fn invoiced_against_shopper(mut draft: Draft<'_>) {
    if !draft.erp_decides() {
        return canceled_by_shopper(draft);
    }
    draft.act(Act::Cancel);
    let mut invoice = draft.whole(Kind::Output);
    draft.ship(&mut invoice);
    draft.say_cancellation("refuse", ASKED);
    draft.say_invoice(&invoice, true, ASKED);
    let after = ["order.cancellationRequested", "order.invoiced"];
    let ending = draft.invoiced(vec![invoice], &after);
    draft.end("invoiced against the shopper", [ending]);
}

/// The seller cancels and invoices at once: one of both wins, the same on both sides.
fn cancel_races_invoice(mut draft: Draft<'_>) {
    let invoice = draft.whole(Kind::Output);
    let invoiced = draft.say_invoice(&invoice, false, When::Whenever);
    let canceled = draft.say_cancellation("cancel", When::Whenever);
    let endings = [
        draft
            .invoiced(vec![invoice], &["order.invoiced"])
            .refusing(409, [canceled]),
        draft
            .canceled(&["order.authorized", "order.canceled"])
            .refusing(409, [invoiced]),
    ];
    draft.end("cancel races invoice", endings);
}

/// The shopper cancels while the seller invoices.
fn shopper_races_invoice(mut draft: Draft<'_>) {
    draft.act(Act::Cancel);
    let invoice = draft.whole(Kind::Output);
    let invoiced = draft.say_invoice(&invoice, false, When::Whenever);
    let confirmed = draft
        .erp_decides()
        .then(|| draft.say_cancellation("confirm", ASKED));
    let asked = "order.cancellationRequested";
    let kept = draft.invoiced(vec![invoice], &["order.invoiced"]);
    let kept = kept.refusing(409, confirmed).perhaps(asked);
    let canceled: &[_] = match draft.erp_decides() {
        true => &["order.authorized", asked, "order.canceled"],
        false => &["order.authorized", "order.canceled"],
    };
    let canceled = draft.canceled(canceled).refusing(409, [invoiced]);
    draft.end("shopper races invoice", [kept, canceled]);
}

/// Two invoices of everything: only one of them fits.
fn two_whole_invoices(mut draft: Draft<'_>) {
    let (first, second) = (draft.whole(Kind::Output), draft.whole(Kind::Output));
    let says_first = draft.say_invoice(&first, false, When::Whenever);
    let says_second = draft.say_invoice(&second, false, When::Whenever);
    let after = ["order.invoiced"];
    let endings = [
        draft
            .invoiced(vec![first], &after)
            .refusing(409, [says_second]),
        draft
            .invoiced(vec![second], &after)
            .refusing(409, [says_first]),
    ];
    draft.end("two whole invoices", endings);
}

/// Invoices that can't be, beside one that can.
fn wrong_invoices(mut draft: Draft<'_>) {
    let invoice = draft.whole(Kind::Output);
    draft.say_invoice(&invoice, false, When::Whenever);
    let mut wrong = draft.whole(Kind::Output);
    let (mut refused, mut unread) = (Vec::new(), Vec::new());
    wrong.value += 1;
    let message = draft.invoice_message(&wrong, false);
    refused.push(draft.say(Queue::Invoices, "too high invoice", When::Whenever, message));
    wrong.value -= 1;
    let mut message = draft.invoice_message(&wrong, false);
    message["items"][0]["quantity"] = 99.into();
    refused.push(draft.say(Queue::Invoices, "too many units", When::Whenever, message));
    let mut message = draft.invoice_message(&wrong, false);
    message["invoiceNumber"] = "NF 1/2".into();
    unread.push(draft.say(Queue::Invoices, "bad number", When::Whenever, message));
    let answers = draft.say_cancellation("confirm", When::Whenever);
    let ending = draft.invoiced(vec![invoice], &["order.invoiced"]);
    let ending = ending.refusing(409, refused).refusing(400, unread);
    draft.end("wrong invoices", [ending.refusing(409, [answers])]);
}

/// What comes after everything was invoiced: a cancel, another invoice, tracking of none.
fn too_late(mut draft: Draft<'_>) {
    let invoice = draft.whole(Kind::Output);
    draft.say_invoice(&invoice, false, When::Whenever);
    let cancel = draft.say_cancellation("cancel", INVOICED);
    let again = draft.whole(Kind::Output);
    let again = draft.say_invoice(&again, false, INVOICED);
    let mut never = draft.whole(Kind::Output);
    draft.ship(&mut never);
    let never = draft.say_shipment(&never);
    let ending = draft.invoiced(vec![invoice], &["order.invoiced"]);
    draft.end("too late", [ending.refusing(409, [cancel, again, never])]);
}

/// Nobody pays: it can't be invoiced; some of these are canceled.
fn never_paid(mut draft: Draft<'_>) {
    draft.order.paid = false;
    let early = draft.whole(Kind::Output);
    let early = draft.say_invoice(&early, false, When::Whenever);
    let ending = if draft.chance.random_bool(0.5) {
        draft.say_cancellation("cancel", When::Whenever);
        draft.canceled(&["order.canceled"])
    } else {
        let pending = feirante_sandbox_marketplace::Status::PaymentPending;
        draft.ending(pending, "placed", Vec::new(), &[])
    };
    draft.end("never paid", [ending.refusing(409, [early])]);
}

/// The bank says no.
fn payment_denied(mut draft: Draft<'_>) {
    draft.order.paid = false;
    draft.act(Act::DenyPayment);
    let message = json!({"action": "refuse"});
    let late = When::After("order.canceled");
    let refuse = draft.say(Queue::Cancellations, "refused cancel", late, message);
    let ending = draft.canceled(&["order.canceled"]).refusing(409, [refuse]);
    draft.end("payment denied", [ending]);
}

/// Two invoices of one number with different contents.
fn number_taken(mut draft: Draft<'_>) {
    let first = draft.whole(Kind::Output);
    let mut second = first.clone();
    second.value -= 1;
    let says_first = draft.say_invoice(&first, false, When::Whenever);
    let says_second = draft.say_invoice(&second, false, When::Whenever);
    let endings = [
        draft
            .invoiced(vec![first], &["order.invoiced"])
            .refusing(409, [says_second]),
        draft
            .invoiced(vec![second], &[])
            .refusing(409, [says_first]),
    ];
    draft.end("number taken", endings);
}
