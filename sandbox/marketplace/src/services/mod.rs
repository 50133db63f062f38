//! The side that answers the seller (protocol §5.2).
//!
//! Every call goes the same way, refused ones included, and ends in the journal: is the account up,
//! is there such a path, may the caller, not too often, what do the faults want; then the service
//! itself, which changes the books at once; then the answer, late or spoiled or not at all. Only
//! when a success is really being answered is it noted as such: what the seller never heard of, it
//! may send again.

mod access;
mod agreement;
mod body;
mod cancellation;
mod catalog;
mod context;
mod dispatch;
mod invoice_body;
mod invoices;
mod limits;
mod reply;
mod rule;
mod suggestion_body;
mod suggestions;
mod target;
mod tracking;
mod wire;

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{HeaderValue, Response, StatusCode, header};

use crate::books::Settings;
use crate::faults::{Down, End, Plan, Shape};
use crate::journal::{Beginning, Direction, Entry};
use crate::name::CallName;
use crate::options::AccountOptions;
use crate::world::World;
use context::Context;
use limits::{Content, Limits};
use reply::Reply;
use rule::Rule;
use target::{Found, Target};
pub(crate) use wire::Body;

/// A final refusal may come once more, since the caller may have died before it could write it
/// down; not more often.
const TOLERATED_REPEATS_OF_A_REFUSAL: u32 = 1;

/// Answers the seller.
pub(crate) struct Services {
    world: Arc<World>,
    limits: Limits,
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
pub(crate) struct HungUp;

/// A call whose account, path and verb are good.
struct Request<'a> {
    options: &'a AccountOptions,
    settings: &'a Settings,
    target: &'a Target,
    parts: &'a Parts,
    body: &'a [u8],
}

impl Services {
    /// The services of all accounts.
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self {
            limits: Limits::new(world.options.backoff_grace),
            world,
        }
    }

    /// Forgets what was refused or limited: the account behaves differently from now on.
    pub(crate) fn forget(&self, account: &str) {
        self.limits.forget(account);
    }

    /// Answers one call, or not.
    pub(crate) async fn answer(
        &self,
        parts: &Parts,
        body: &[u8],
    ) -> Result<Response<Body>, HungUp> {
        let segments = target::segments(&parts.uri);
        let (account, rest) = segments
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let options = self.world.options.account(account);
        let settings = self.world.books.settings(account);
        let found = options.map_or(Found::Nothing, |_| {
            target::find(&parts.method, rest, &settings)
        });
        let mut entry = self.begin(parts, body, options, &found);
        let Some(options) = options else {
            return Ok(finish(
                entry,
                Reply::page(StatusCode::NOT_FOUND),
                &Plan::default(),
            ));
        };
        match self.world.faults.down(account) {
            Some(Down::Refuse) => {
                entry.struck_by("down");
                entry.hung_up();
                return Err(HungUp);
            }
            Some(Down::Unavailable) => {
                entry.struck_by("down");
                let page = Reply::page(StatusCode::SERVICE_UNAVAILABLE);
                return Ok(finish(entry, page, &Plan::default()));
            }
            None => {}
        }
        let target = match self.admit(options, &settings, found, parts) {
            Ok(target) => target,
            Err(refusal) => return Ok(finish(entry, refusal, &Plan::default())),
        };
        let request = Request {
            options,
            settings: &settings,
            target: &target,
            parts,
            body,
        };
        self.serve(&request, entry).await
    }

    /// Begins the call's entry in the journal.
    fn begin(
        &self,
        parts: &Parts,
        body: &[u8],
        options: Option<&AccountOptions>,
        found: &Found,
    ) -> Entry {
        let (name, target) = match found {
            Found::Target(target) => (target.name(), Some(target)),
            Found::WrongVerb { name, .. } => (*name, None),
            Found::Nothing => (CallName::Unknown, None),
        };
        let url = parts.uri.path_and_query();
        let mut entry = self.world.journal.begin(&Beginning {
            direction: Direction::Received,
            account: options.map(|options| options.account.as_str()),
            name,
            method: parts.method.as_str(),
            url: url.map_or("", |url| url.as_str()),
            headers: &parts.headers,
            body,
        });
        if let Some(order) = target.and_then(Target::order) {
            entry.about_order(order);
        }
        if let Some(sku) = target.and_then(Target::sku) {
            entry.about_sku(sku);
        }
        entry
    }

    /// Lets a call in that has credentials, a path, a verb and a permission.
    fn admit(
        &self,
        options: &AccountOptions,
        settings: &Settings,
        found: Found,
        parts: &Parts,
    ) -> Result<Target, Reply> {
        let missing = access::missing(&parts.headers);
        if !missing.is_empty() {
            let detail = format!("{} without {}", parts.uri.path(), missing.join(" and "));
            let context = self.context(options, settings, parts, false);
            context.violation(Rule::MissingCredentials, None, None, detail);
        }
        let target = match found {
            Found::Nothing => return Err(Reply::page(StatusCode::NOT_FOUND)),
            Found::WrongVerb { allow, .. } => {
                access::authenticate(options, &parts.headers)?;
                let message = format!("The verb {} does not fit this route", parts.method);
                return Err(
                    Reply::envelope(StatusCode::METHOD_NOT_ALLOWED, "1", &message)
                        .with(header::ALLOW, HeaderValue::from_static(allow)),
                );
            }
            Found::Target(target) => target,
        };
        access::authenticate(options, &parts.headers)?;
        access::authorize(settings, target.permission())?;
        Ok(target)
    }

    /// Limits, faults and the service itself.
    async fn serve(
        &self,
        request: &Request<'_>,
        mut entry: Entry,
    ) -> Result<Response<Body>, HungUp> {
        let name = request.target.name();
        self.notice_impatience(request, name);
        let account = &request.options.account;
        if let Some(limit) = &request.settings.rate_limit
            && !self.limits.admit(account, limit, Instant::now())
        {
            let reply = self.limited(account, name, limit.retry_after_seconds);
            return Ok(finish(entry, reply, &Plan::default()));
        }
        let plan = self.world.faults.plan(account, name);
        for fault in &plan.struck {
            entry.struck_by(*fault);
        }
        let plain_dates = plan.shapes.contains(&Shape::PlainDates);
        let reply = if plan.processes() {
            let context = self.context(
                request.options,
                request.settings,
                request.parts,
                plain_dates,
            );
            dispatch::process(&context, request.target, request.body)
        } else {
            Reply::empty(StatusCode::OK)
        };
        if reply.repeat {
            entry.repeats();
        }
        tokio::time::sleep(plan.latency).await;
        let reply = match plan.end {
            None => {
                self.answered(request, &reply, &plan);
                reply
            }
            Some(End::DropBefore | End::DropAfter) => {
                entry.hung_up();
                return Err(HungUp);
            }
            Some(End::Status { status, .. }) => failure(status),
            Some(End::TooManyRequests {
                retry_after_seconds,
            }) => self.limited(account, name, retry_after_seconds),
            Some(End::Html) => Reply::page(StatusCode::OK),
        };
        Ok(finish(entry, reply, &plan))
    }

    /// Notes calls that come although the caller was told to wait, or told no for good.
    fn notice_impatience(&self, request: &Request<'_>, name: CallName) {
        let context = self.context(request.options, request.settings, request.parts, false);
        let (order, sku) = (request.target.order(), request.target.sku());
        let account = context.account();
        let early = name
            .lane()
            .and_then(|lane| self.limits.too_early(account, lane, Instant::now()));
        if let Some(early) = early {
            let detail = format!("{name} came {} ms too early", early.as_millis());
            context.violation(Rule::Backoff, order, sku, detail);
        }
        let refusals = self.limits.refusals(&request.content());
        if refusals > TOLERATED_REPEATS_OF_A_REFUSAL {
            let detail = format!("{name} was refused for good {refusals} times before");
            context.violation(Rule::RepeatedRefusal, order, sku, detail);
        }
    }

    /// Answers 429, and remembers that the caller was told to wait.
    fn limited(&self, account: &str, name: CallName, retry_after_seconds: u64) -> Reply {
        if let Some(lane) = name.lane() {
            let wait = Duration::from_secs(retry_after_seconds);
            self.limits
                .told_to_wait(account, lane, wait, Instant::now());
        }
        Reply::too_many_requests(retry_after_seconds)
    }

    /// Writes down what the caller is about to learn.
    fn answered(&self, request: &Request<'_>, reply: &Reply, plan: &Plan) {
        if !wire::can_read(&plan.shapes, &request.parts.headers) {
            return;
        }
        if let Some(mark) = &reply.mark {
            let account = &request.options.account;
            self.world
                .books
                .update_order(account, &mark.order, |order| order.answered(mark.accepted));
        }
        if dispatch::is_final(request.target, reply.status) {
            self.limits.refused(request.content());
        }
    }

    fn context<'a>(
        &'a self,
        options: &'a AccountOptions,
        settings: &'a Settings,
        parts: &'a Parts,
        plain_dates: bool,
    ) -> Context<'a> {
        Context {
            world: &self.world,
            options,
            settings,
            now: settings.now(),
            query: parts.uri.query().unwrap_or_default(),
            plain_dates,
        }
    }
}

impl Request<'_> {
    fn content(&self) -> Content {
        let path = self.parts.uri.path_and_query();
        Content {
            account: self.options.account.clone(),
            method: self.parts.method.to_string(),
            path: path.map(ToString::to_string).unwrap_or_default(),
            body: self.body.to_vec(),
        }
    }
}

/// A failure as the platform writes it for 500, and a gateway for the rest.
fn failure(status: u16) -> Reply {
    match StatusCode::from_u16(status) {
        Ok(StatusCode::INTERNAL_SERVER_ERROR) | Err(_) => {
            let message = "An error has occurred";
            Reply::envelope(StatusCode::INTERNAL_SERVER_ERROR, "1", message)
        }
        Ok(status) => Reply::page(status),
    }
}

/// Writes the answer into the journal and makes it ready to leave.
fn finish(entry: Entry, reply: Reply, plan: &Plan) -> Response<Body> {
    entry.answered(reply.status.as_u16(), &reply.headers(), &reply.body);
    wire::response(reply, &plan.shapes)
}
