using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Generation.Completions;
using NativeHost.Actions.Generation.Responses;
using NativeHost.Actions.Streams;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Protocol;

/// <summary>What the documents say of messages that are read or written by hand.</summary>
public sealed class HandwrittenMessageTests
{
    [Fact]
    public async Task The_head_of_requests_is_read_under_every_name_that_the_document_has()
    {
        var head = (await GeneratedFiles.ModelAsync()).Head;
        Assert.Equal(["action", "requestId", "namespace", "events"], head.Fields.Select(field => field.Name));
        Assert.Equal("ping", Parse("""{"action":"PING"}""").Action);
        foreach (var name in head.Fields[1].Synonyms.Prepend("requestId"))
        {
            Assert.Equal((new RequestId("a", 0), new RequestId(null, 1)), (Parse($$"""{"{{name}}":"a"}""").Id, Parse($$"""{"{{name}}":1}""").Id));
        }

        Assert.NotNull(Parse("""{"namespace":"secret"}""").Namespace);
        Assert.Equal((false, head.Fields[3].Default), (Parse("""{"events":false}""").WantsEvents, Parse("{}").WantsEvents ? "true" : "false"));
        Assert.All(head.Fields, field => Assert.False(field.IsNullable));

        // That these may be null is not told: it is for clients that mean something else by them.
        Assert.Equal((null, null, null), (Parse("""{"events":null}""").Fault, Parse("""{"namespace":null}""").Fault, Parse("""{"id":null}""").Id));
    }

    [Fact]
    public async Task Events_of_streams_are_written_as_the_schemas_say()
    {
        var check = new SchemaCheck(new JsonSchemas(await GeneratedFiles.ModelAsync(), isClosed: true).Files());
        JournalEntry[] entries =
        [
            new(JournalEntryKind.Queued, QueuePosition: 2),
            new(JournalEntryKind.Sources, """[{"marker":1,"page_id":"p","url":"u","title":"","start":0,"end":1,"text":"a","score":0.5}]"""u8.ToArray()),
            new(JournalEntryKind.Prefill, Prefill: new PrefillProgress(3, 9, 1)),
            new(JournalEntryKind.Text, "a"u8.ToArray(), TokenCount: 1),
            new(JournalEntryKind.Text, "b"u8.ToArray(), TokenCount: 2, Elapsed: TimeSpan.FromSeconds(1)),
            new(JournalEntryKind.Reasoning, "c"u8.ToArray(), TokenCount: 2, Elapsed: TimeSpan.FromSeconds(1)),
            new(JournalEntryKind.ToolCall, TokenCount: 2, Call: new ToolCall("1", "a", "")),
            new(JournalEntryKind.Overflow, Overflow: new DroppedMessages(2, 3)),
            new(JournalEntryKind.LogProbs, """{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-0.5,"bytes":[97]}]}"""u8.ToArray()),
            new(JournalEntryKind.ToolArguments, "{}"u8.ToArray(), TokenCount: 2),
        ];

        foreach (var entry in entries)
        {
            Assert.Null(check.FaultOf("resume_stream", "event", FrameOf(entry, UpdateEncoder.Encoding)));
        }

        foreach (var entry in entries.Where(entry => entry.Kind != JournalEntryKind.Sources))
        {
            Assert.Null(check.FaultOf("chat_completions", "event", FrameOf(entry, new ChatChunkEncoder("a.gguf", 1, 0, hasChunks: true).Encoding)));
            Assert.Null(check.FaultOf("responses", "event", FrameOf(entry, new ResponseDeltaEncoder(hasDeltas: true).Encoding)));
        }
    }

    private static JsonObject FrameOf(JournalEntry entry, StreamEncoding encoding)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            encoding.Write(json, new StreamUpdate("0123456789abcdef", 1, entry));
        }

        return new JsonObject { ["type"] = encoding.TypeOf(entry.Kind)!.Name, ["payload"] = JsonNode.Parse(bytes.ToArray()) };
    }

    private static MessageHead Parse(string json) => MessageHead.Parse(Encoding.UTF8.GetBytes(json));
}
