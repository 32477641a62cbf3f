use domain::localized::Language;

use super::{kind::ProblemKind, table::TABLE};

/// The error table as Markdown, for the error reference in the book of that language.
pub fn problem_table_markdown(language: Language) -> String {
    let head = match language {
        Language::English => "| code | status | recover | retry after | what happened | what to know |",
        Language::Chinese => "| code | HTTP 状态码 | recover | 重试间隔 | 发生了什么 | 说明 |",
    };
    let second = match language {
        Language::English => "s",
        Language::Chinese => "秒",
    };
    let lines = TABLE.iter().map(|kind| {
        let ProblemKind { code, status, recover, retry_after, .. } = kind;
        let after = retry_after.map_or(String::new(), |seconds| format!("{seconds} {second}"));
        let (status, recover) = (status.as_u16(), recover.as_str());
        let (title, detail) = (kind.title_in(language), kind.detail_in(language));
        format!("| `{code}` | {status} | `{recover}` | {after} | {title} | {detail} |")
    });
    let lines: Vec<_> =
        [head, "|---|---|---|---|---|---|"].map(str::to_owned).into_iter().chain(lines).collect();
    lines.join("\n") + "\n"
}
