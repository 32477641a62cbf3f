use std::path::Path;

use clap::Args;
use domain::{
    diagnosis::{DiagnosisFilter, DiagnosisId, RequestId},
    identity::{OpenId, Pseudonym},
    ids::UserId,
    wechat::Rid,
};
use http_api::DiagnosisBody;

use super::{
    CommandError,
    operator::as_operator,
    print,
    table::{print_line, print_record},
    users::print_json,
};

#[derive(Args, Debug)]
pub(super) struct WhyOptions {
    #[command(flatten)]
    which: Which,
    /// How many, the latest first
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// Only those before the diagnosis with this id, which is how to read on
    #[arg(long, value_name = "ID")]
    before: Option<DiagnosisId>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Which {
    /// The request's id, as its response and the log have it
    request: Option<RequestId>,
    /// WeChat's name for an answer
    #[arg(long)]
    rid: Option<Rid>,
    /// An openid, at whichever app
    #[arg(long)]
    openid: Option<OpenId>,
    /// What the log calls a person at one app: 16 hexadecimal digits
    #[arg(long, value_name = "PSEUDONYM")]
    identity: Option<Pseudonym>,
    /// A user
    #[arg(long, value_name = "ID")]
    user: Option<UserId>,
    /// The latest, so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    latest: Option<u32>,
}

impl Which {
    fn filter(&self) -> DiagnosisFilter {
        let request = self.request.clone().map(DiagnosisFilter::Request);
        let rid = self.rid.clone().map(DiagnosisFilter::Rid);
        let openid = self.openid.clone().map(DiagnosisFilter::OpenId);
        let identity = self.identity.map(DiagnosisFilter::Identity);
        let user = self.user.map(DiagnosisFilter::User);
        request.or(rid).or(openid).or(identity).or(user).unwrap_or(DiagnosisFilter::All)
    }
}

/// Prints why requests failed, and what to do: one in full, several on a line each.
pub(super) fn run(config: Option<&Path>, options: &WhyOptions) -> Result<(), CommandError> {
    as_operator(config, async |operator| {
        let (filter, limit) = (options.which.filter(), options.which.latest.unwrap_or(options.limit));
        let diagnoses = operator.store().diagnoses().latest(&filter, options.before, limit).await?;
        let diagnoses: Vec<_> = diagnoses.into_iter().map(DiagnosisBody::from).collect();
        if options.json {
            return print_json(&diagnoses);
        }
        match &*diagnoses {
            [] => print(
                "no such failure is on record: it may be older than diagnoses.keep, one of too many in its second, or of a \
                 request that failed for another reason than a login's",
            ),
            [one] => print_record(one),
            several => several.iter().try_for_each(print_line),
        }
    })
}
