//! Tables, a new version and CodeDeploy, each of which answers as a test wants it to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_codedeploy::operation::put_lifecycle_event_hook_execution_status::PutLifecycleEventHookExecutionStatusOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;
use aws_smithy_mocks::{MockResponse, Rule, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use feirante_lambda::Deadline;
use feirante_seller::settings::Settings;
use feirante_store::{Offers, SettingsTable};
use serde_json::{Value, json};

use crate::check::Check;
use crate::clients::patient;
use crate::{CheckDeployment, Hook, Verdict};

/// The ARN of the version that is checked.
pub(super) const VERSION: &str = "arn:aws:lambda:us-east-1:000000000000:function:simulate:7";

/// What a version answers to a call, or what Lambda does for it.
pub(super) type Answer = MockResponse<InvokeOutput, InvokeError>;

/// What is stored as the seller file.
pub(super) enum Stored {
    File(Box<Settings>),
    Nothing,
    Unreadable,
}

/// What a world is made of.
pub(super) struct Setup {
    pub(super) stored: Stored,
    /// Codes of SKUs, and whether each is active; all have a price.
    pub(super) skus: Vec<(&'static str, bool)>,
    /// What the version makes of an event.
    pub(super) version: Box<dyn Fn(&Value) -> Answer + Send + Sync>,
    /// How long its first calls take; the others take no time.
    pub(super) delays: Vec<Duration>,
    /// How CodeDeploy takes what it is told.
    pub(super) codedeploy: Option<Rule>,
}

impl Setup {
    /// The fixture's seller with two SKUs, and a version that answers as it should.
    pub(super) fn new() -> Self {
        Self {
            stored: Stored::File(Box::new(seller_file())),
            skus: vec![("2000037", true), ("34562", true)],
            version: Box::new(priced),
            delays: Vec::new(),
            codedeploy: None,
        }
    }

    pub(super) fn version(
        mut self,
        version: impl Fn(&Value) -> Answer + Send + Sync + 'static,
    ) -> Self {
        self.version = Box::new(version);
        self
    }

    pub(super) fn build(self) -> World {
        let told = Told::default();
        let heard = Arc::clone(&told);
        let put = self.codedeploy.unwrap_or_else(|| {
            mock!(aws_sdk_codedeploy::Client::put_lifecycle_event_hook_execution_status)
                .then_compute_output(move |request| {
                    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                    let status = request.status().map(|status| status.as_str());
                    heard.lock().unwrap().push([
                        text(request.deployment_id()),
                        text(request.lifecycle_event_hook_execution_id()),
                        text(status),
                    ]);
                    PutLifecycleEventHookExecutionStatusOutput::builder().build()
                })
        });
        let (database, [get, scan]) = database(self.stored, &self.skus);
        let asked = Arc::default();
        let (lambda, invoke) = lambda(self.version, self.delays, Arc::clone(&asked));
        let check = Check {
            function: VERSION.to_owned(),
            lambda,
            offers: Offers::new(database.clone(), "offers"),
            settings: SettingsTable::new(database, "settings"),
        };
        let codedeploy = mock_client!(aws_sdk_codedeploy, RuleMode::MatchAny, [&put], patient);
        World {
            function: CheckDeployment {
                check: Ok(check),
                codedeploy,
            },
            told,
            asked,
            calls: [
                ("dynamodb:GetItem", get),
                ("dynamodb:Scan", scan),
                ("lambda:InvokeFunction", invoke),
                ("codedeploy:PutLifecycleEventHookExecutionStatus", put),
            ],
        }
    }

    /// What becomes of the version.
    pub(super) async fn verdict(self) -> (World, Verdict) {
        let world = self.build();
        let verdict = world.answer().await.unwrap();
        (world, verdict)
    }
}

/// What CodeDeploy heard: deployment, execution of the hook, status.
pub(super) type Told = Arc<Mutex<Vec<[String; 3]>>>;

pub(super) struct World {
    pub(super) function: CheckDeployment,
    pub(super) told: Told,
    /// The events the version got.
    pub(super) asked: Arc<Mutex<Vec<Value>>>,
    /// Everything the clients have an answer to, by the name of its permission.
    pub(super) calls: [(&'static str, Rule); 4],
}

impl World {
    /// Has a minute for the hook, by the clock of the test.
    pub(super) async fn answer(&self) -> Result<Verdict, crate::Untold> {
        let deadline = Deadline::after(Duration::from_secs(60));
        Box::pin(self.function.answer(&hook(), deadline)).await
    }

    /// The statuses CodeDeploy heard.
    pub(super) fn statuses(&self) -> Vec<String> {
        let told = self.told.lock().unwrap();
        told.iter().map(|[_, _, status]| status.clone()).collect()
    }

    /// How often the version was asked.
    pub(super) fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// Why the version is refused.
    pub(super) async fn refusal(&self) -> String {
        let refusal = self.function.check(&hook(), Duration::from_secs(60)).await;
        refusal.unwrap_err().to_string()
    }
}

pub(super) fn hook() -> Hook {
    serde_json::from_str(include_str!("../../../../events/check-deployment.json")).unwrap()
}

pub(super) fn seller_file() -> Settings {
    let file = include_str!("../../../../sandbox/fixture/seller.toml");
    Settings::parse(file).unwrap()
}

/// An answer to API Gateway.
pub(super) fn reply(status: u16, body: &Value) -> Answer {
    let body = body.to_string();
    payload(&json!({"statusCode": status, "body": body, "isBase64Encoded": false}))
}

/// What a function returns.
pub(super) fn payload(payload: &Value) -> Answer {
    let output = InvokeOutput::builder().status_code(200);
    Answer::Output(output.payload(Blob::new(payload.to_string())).build())
}

/// What Lambda answers instead of running the function.
pub(super) fn lambda_error(status: u16, code: &'static str) -> Answer {
    let body = json!({"Message": "not now", "Type": "User"}).to_string();
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("x-amzn-errortype", code);
    Answer::Http(response)
}

/// The envelope of an error.
pub(super) fn refused(status: u16, code: &str) -> Answer {
    let error = json!({"code": code, "message": "no", "exception": null});
    reply(status, &json!({"error": error}))
}

/// Offers everything that is asked for.
pub(super) fn priced(event: &Value) -> Answer {
    let body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    let (mut items, mut logistics) = (Vec::new(), Vec::new());
    for (index, item) in body["items"].as_array().unwrap().iter().enumerate() {
        items.push(json!({
            "id": item["id"], "requestIndex": index, "price": 7390, "listPrice": 7490,
            "quantity": item["quantity"], "seller": item["seller"],
        }));
        logistics.push(json!({
            "itemIndex": index, "quantity": item["quantity"], "stockBalance": 99,
        }));
    }
    reply(200, &json!({"items": items, "logisticsInfo": logistics}))
}

fn database(
    stored: Stored,
    skus: &[(&'static str, bool)],
) -> (aws_sdk_dynamodb::Client, [Rule; 2]) {
    let get = mock!(aws_sdk_dynamodb::Client::get_item).then_compute_response(move |_| {
        MockResponse::Output(match &stored {
            Stored::File(settings) => edition(settings),
            Stored::Nothing => GetItemOutput::builder().build(),
            Stored::Unreadable => {
                let denied = json!({"__type": "AccessDeniedException", "message": "no"});
                let denied = SdkBody::from(denied.to_string());
                return MockResponse::Http(HttpResponse::new(400.try_into().unwrap(), denied));
            }
        })
    });
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let offers = skus.iter().map(|(code, active)| {
        let price = AttributeValue::N("7390".to_owned());
        let price = AttributeValue::M([("price".to_owned(), price)].into());
        let attributes = [
            ("sku", text(code)),
            ("part", text("OFFER")),
            ("active", AttributeValue::Bool(*active)),
            ("price", price),
        ];
        let attributes = attributes.into_iter();
        attributes
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    });
    let offers = ScanOutput::builder()
        .set_items(Some(offers.collect()))
        .build();
    let scan = mock!(aws_sdk_dynamodb::Client::scan).then_output(move || offers.clone());
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&get, &scan]);
    (client, [get, scan])
}

/// An edition of the seller file, as the table holds one.
fn edition(settings: &Settings) -> GetItemOutput {
    let json = serde_json::to_string(settings).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, json.as_bytes()).unwrap();
    let compiled = AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new(
        gzip.finish().unwrap(),
    ));
    GetItemOutput::builder()
        .item("version", AttributeValue::N("1".to_owned()))
        .item("compiled", compiled)
        .build()
}

fn lambda(
    version: Box<dyn Fn(&Value) -> Answer + Send + Sync>,
    delays: Vec<Duration>,
    asked: Arc<Mutex<Vec<Value>>>,
) -> (aws_sdk_lambda::Client, Rule) {
    let invoke = mock!(aws_sdk_lambda::Client::invoke).then_compute_response(move |request| {
        assert_eq!(request.function_name(), Some(VERSION));
        let event = request.payload().unwrap().as_ref();
        let event: Value = serde_json::from_slice(event).unwrap();
        asked.lock().unwrap().push(event.clone());
        version(&event)
    });
    let client = mock_client!(
        aws_sdk_lambda,
        RuleMode::MatchAny,
        [&invoke],
        move |config| {
            // What answers in place of Lambda here knows no delays, and what has delays no other answers.
            if delays.is_empty() {
                return config.retry_config(aws_sdk_lambda::config::retry::RetryConfig::disabled());
            }
            config.http_client(Slow(Arc::new(Mutex::new(delays.clone().into()))))
        }
    );
    (client, invoke)
}

/// Lets each call wait for its delay.
#[derive(Debug, Clone)]
struct Slow(Arc<Mutex<VecDeque<Duration>>>);

impl HttpConnector for Slow {
    fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
        let delay = self.0.lock().unwrap().pop_front().unwrap_or_default();
        HttpConnectorFuture::new(async move {
            // By the test's clock, which does not wait.
            tokio::time::sleep(delay).await;
            Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::empty()))
        })
    }
}

impl HttpClient for Slow {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
