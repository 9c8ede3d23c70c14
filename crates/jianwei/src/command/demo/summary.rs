//! What the demonstration counted, and what it means to somebody who sees it for the first time.

use std::collections::{BTreeMap, BTreeSet};

use ::pack::Programme;
use ::simulate::Summary;
use pipeline::DataFolder;
use pipeline::job::{ModelCount, Screened};
use store::{ClueFilter, RefusedFilter};
use types::Lang;

use crate::failure::Failure;
use crate::output::Table;
use crate::render::{kind_title, shown_title};

/// Deliveries, refused rows, subjects, answers.
pub async fn counts(folder: &DataFolder, programme: &Programme, screened: &Screened) -> Result<String, Failure> {
    let mut deliveries =
        Table::new(["数据源 feed", "名称", "title", ">批次 deliveries", ">行 rows", ">退回 refused", "数据至 data to"]);
    let mut by_feed: BTreeMap<String, (u64, u64, u64, Option<types::Day>)> = BTreeMap::new();
    for stored in folder.store.deliveries().await? {
        let delivery = stored.delivery;
        let (count, rows, refused, to) = by_feed.entry(delivery.feed).or_default();
        *count += 1;
        *rows += u64::from(delivery.rows);
        *refused += u64::from(delivery.refused);
        *to = (*to).max(delivery.covers.map(|covers| covers.to));
    }
    for (feed, (count, rows, refused, to)) in &by_feed {
        let title = programme.feeds.get(feed).map(|feed| &feed.title);
        deliveries.row([
            feed.clone(),
            title.map(|title| title.zh.clone()).unwrap_or_default(),
            title.map(|title| title.en.clone()).unwrap_or_default(),
            count.to_string(),
            rows.to_string(),
            refused.to_string(),
            to.map(|day| day.to_string()).unwrap_or_default(),
        ]);
    }
    let mut by_code: BTreeMap<(types::RefusalCode, Option<String>), u64> = BTreeMap::new();
    for stored in folder.store.refused_rows(&RefusedFilter::default()).await? {
        *by_code.entry((stored.row.code, stored.row.check)).or_default() += 1;
    }
    let mut refused = Table::new(["原因 code", "说明", "meaning", ">行 rows"]);
    for ((code, check), count) in &by_code {
        let text = code.text();
        let word = check.as_ref().map_or_else(|| code.word().to_owned(), |check| format!("{}/{check}", code.word()));
        refused.row([word, text.zh, text.en, count.to_string()]);
    }
    let mut subjects = Table::new(["对象", "subjects", ">数量 count"]);
    for (kind, count) in screened.subjects.iter().filter(|(_, count)| **count > 0) {
        let title = kind_title(programme, kind);
        subjects.row([title.zh, title.en, count.to_string()]);
    }
    let mut models = Table::new([
        "模型 model",
        "名称",
        "title",
        ">命中 hit",
        ">未命中 clear",
        ">无法认定 undetermined",
        ">不在范围 outside",
    ]);
    let decides = |model: &&ModelCount| model.counts.hit + model.counts.clear > 0;
    let waiting = screened.models.iter().filter(|model| !decides(model)).count();
    for model in screened.models.iter().filter(decides) {
        let counts = &model.counts;
        models.row([
            model.model.clone(),
            shown_title(&model.title, counts.shadow, Lang::Zh),
            shown_title(&model.title, counts.shadow, Lang::En),
            counts.hit.to_string(),
            counts.clear.to_string(),
            counts.undetermined.to_string(),
            counts.outside.to_string(),
        ]);
    }
    let (run, as_of) = (screened.run, screened.question.as_of);
    Ok(format!(
        "== 收到的批次 / deliveries ==\n{}\n== 被退回的行 / refused rows ==\n{}\n== 对象 / subjects ==\n{}\n\
         == 筛查结果 / answers ==\n第 {run} 次运行，截至 {as_of} / run {run}, as of {as_of}\n{}\
         另有 {waiting} 个模型在等这里没有编造的数据源，对谁都还不能认定，不列 / {waiting} more wait for feeds that are not invented here and decide about nobody yet\n\n",
        deliveries.render(),
        refused.render(),
        subjects.render(),
        models.render()
    ))
}

/// What happened, for somebody who sees it for the first time.
pub async fn in_short(folder: &DataFolder, summary: &Summary, screened: &Screened) -> Result<String, Failure> {
    let (mut rows, mut refused) = (0_u64, 0_u64);
    for stored in folder.store.deliveries().await? {
        rows += u64::from(stored.delivery.rows);
        refused += u64::from(stored.delivery.refused);
    }
    let Summary { households, persons, deliveries, cases, defects, .. } = summary;
    let clues = folder.store.clues(&ClueFilter::default()).await?;
    let about: BTreeSet<_> = clues
        .iter()
        .filter_map(|clue| clue.episode.said.as_ref())
        .filter_map(|said| said.opens.as_ref().and_then(|opens| opens.subject.as_ref()).or(Some(&said.subject)))
        .collect();
    let (clues, about, models) = (clues.len(), about.len(), screened.models.len());
    Ok(format!(
        "== 刚才发生了什么 / what just happened ==\n\
         编造了 {households} 户 {persons} 人和他们这段时间里的事。各部门按各自的格式、节奏和毛病（{defects} 处）送来 {deliveries} 份文件：\n\
         {rows} 行收下，{refused} 行退回并说明原因。{models} 个模型问了每一个对象，说出 {clues} 条线索，涉及 {about} 个对象：同一户的几条线索是一次走访。\n\
         真实情况另写一处（{cases} 件应当被发现的事），`jianwei truth` 逐条对照：哪些发现了，哪些没有，为什么。没有一个人是真的。\n\n\
         {households} households and {persons} persons were invented, with what happened to them meanwhile. Departments sent {deliveries} files in their own\n\
         forms, rhythms and with their own defects ({defects}): {rows} rows were taken in, {refused} refused with the reason. {models} models asked about\n\
         everyone and raised {clues} clues about {about} subjects: several clues about one household are one visit. What is true is written\n\
         apart ({cases} things that should be found); `jianwei truth` holds one against the other. Nobody in it is real.\n\n"
    ))
}
