//! Sentences of decisions on links: ARP and the switch.

use super::addr::{Mac, dotted};
use super::facts::Fact;
use super::words::{name, title};
use crate::text::Lang;

/// Questions by ARP and their answers.
pub(super) fn neighbours(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::Known { who, ip, mac } => {
            let (who, ip, mac) = (title(who, lang), dotted(ip), mac.text());
            lang.pick(format!("{who} knows {ip} at {mac}."), format!("{who}已知 {ip} 在 {mac}。"))
        }
        Fact::Asked { who, target, attempt } => {
            let (who, target) = (title(who, lang), dotted(target));
            lang.pick(
                format!("{who} asks everybody on the link for {target}, question {attempt} of 3; the packet waits."),
                format!("{who}向链路上所有人查询 {target}，第 {attempt} 次（共 3 次），报文先等着。"),
            )
        }
        Fact::Replied { who, ip, mac } => {
            let (who, ip, mac) = (title(who, lang), dotted(ip), mac.text());
            lang.pick(
                format!("{who} has {ip} and answers with its MAC address {mac}."),
                format!("{who}拥有 {ip}，用自己的 MAC 地址 {mac} 应答。"),
            )
        }
        Fact::Proxied { who, ip, mac } => {
            let (who, ip, mac) = (title(who, lang), dotted(ip), mac.text());
            lang.pick(
                format!("{who} answers for {ip}, which is behind it, with its own MAC address {mac} (proxy ARP), after a random delay of up to 0.8 s; here 0.4."),
                format!("{who}替身后的 {ip} 应答，给出的是自己的 MAC 地址 {mac}（代理 ARP）。应答随机推迟最多 0.8 秒，这里取 0.4 秒。"),
            )
        }
        Fact::Remembered { who, ip, mac } => {
            let (who, ip, mac) = (title(who, lang), dotted(ip), mac.text());
            lang.pick(
                format!("{who} learns from the question where {ip} is: {mac}."),
                format!("{who}从查询中顺带记下 {ip} 在 {mac}。"),
            )
        }
        Fact::SecondAnswer { who, ip, first, second } => {
            let (who, ip, first, second) = (title(who, lang), dotted(ip), first.text(), second.text());
            lang.pick(
                format!("Two machines answer for {ip}. {who} keeps the first, {first}; {second} comes within a second of it and is ignored."),
                format!("有两台机器应答 {ip}。{who}保留先到的 {first}；{second} 在一秒之内到来，被忽略。"),
            )
        }
        Fact::Unanswered { who, ip } => {
            let (name, title, ip) = (name(who, lang), title(who, lang), dotted(ip));
            lang.pick(
                format!("Nobody answers for {ip}. The {name} asks three times, a second apart, and gives up: its entry is FAILED, the packet is dropped."),
                format!("没有人应答 {ip}。{title}每隔一秒问一次，问过三次放弃：表项变成 FAILED，报文被丢弃。"),
            )
        }
        _ => String::new(),
    }
}

/// The switch.
pub(super) fn switching(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::Flooded { mac, vlan, ports } if mac == Mac::BROADCAST => lang.pick(
            format!("A broadcast: the switch sends it out by the other ports of VLAN {vlan} ({ports} of them), and learns the sender's port."),
            format!("广播：交换机从 VLAN {vlan} 其余 {ports} 个端口全部送出，并记住发送方的端口。"),
        ),
        Fact::Flooded { mac, vlan, ports } => {
            let mac = mac.text();
            lang.pick(
                format!("The switch has no port for {mac} in VLAN {vlan}: out by all others ({ports} of them)."),
                format!("交换机在 VLAN {vlan} 里没有 {mac} 的端口：从其余 {ports} 个端口全部送出。"),
            )
        }
        Fact::Switched { mac, vlan, port } => {
            let (mac, port) = (mac.text(), port + 1);
            lang.pick(
                format!("The switch knows {mac} in VLAN {vlan} on port{port}; it changes nothing in the frame."),
                format!("交换机知道 VLAN {vlan} 里 {mac} 在 port{port}；帧的内容一字不改。"),
            )
        }
        Fact::Alone { vlan, others } => lang.pick(
            format!("The client's port is in VLAN {vlan}, all others are in {others}: the frame has nowhere to go."),
            format!("客户端的端口在 VLAN {vlan}，其余端口都在 {others}：这一帧无处可去。"),
        ),
        Fact::NotForMe { who } => {
            let who = title(who, lang);
            lang.pick(
                format!("{who} is not meant, and ignores it."),
                format!("不是给{who}的，它置之不理。"),
            )
        }
        _ => String::new(),
    }
}
