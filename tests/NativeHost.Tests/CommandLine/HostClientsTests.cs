using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NativeHost.Clients;
using NativeHost.CommandLine;
using NativeHost.Framing;
using NativeHost.Messages;
using NativeHost.Routing;
using Xunit;

namespace NativeHost.Tests.CommandLine;

/// <summary>The host as Microsoft.Extensions.AI sees it.</summary>
public sealed class HostClientsTests : IAsyncLifetime
{
    private readonly ScriptedLoader _loader = new() { MindsContext = true };
    private readonly Pipe _toHost = new();
    private readonly Pipe _fromHost = new();
    private readonly TestHost _host;
    private readonly FrameWriter _writer;
    private readonly HostSession _session;
    private readonly Task _serving;
    private readonly HostDialogue _dialogue;

    public HostClientsTests()
    {
        _host = new TestHost(_loader);
        _writer = new FrameWriter(_fromHost.Writer.AsStream(), WireFormat.Frames);
        _session = _host.SessionOf(new FrameReader(_toHost.Reader), _writer, Caller.Local, asBroker: false);
        _serving = _session.RunAsync(EndOfInput.Cancels, Patience.Token);
        _dialogue = new HostDialogue(_fromHost.Reader.AsStream(), _toHost.Writer.AsStream());
    }

    public async ValueTask InitializeAsync()
    {
        await LoadAsync("/a.gguf");
        await LoadAsync("/embedder.gguf");
        await LoadAsync("/a.gguf");
    }

    public async ValueTask DisposeAsync()
    {
        await _dialogue.DisposeAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _session.Dispose();
        await _host.DisposeAsync();
        _writer.Dispose();
    }

    [Fact]
    public async Task An_answer_comes_in_pieces_and_with_its_figures()
    {
        using var chat = new HostChatClient(_dialogue, "/a.gguf");

        var updates = new List<ChatResponseUpdate>();
        var options = new ChatOptions
        {
            MaxOutputTokens = 3,
            Temperature = 0.5f,
            Seed = 7,
            StopSequences = ["never"],
            Instructions = "Be brief.",
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"integer"}""")),
        };
        await foreach (var update in chat.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")], options, Patience.Token))
        {
            updates.Add(update);
        }

        var whole = updates.ToChatResponse();
        Assert.Equal(4, updates.Count);
        Assert.Equal(("word word word ", ChatFinishReason.Length, 3L), (whole.Text, whole.FinishReason, whole.Usage!.OutputTokenCount));
        Assert.IsType<double>(updates[^1].AdditionalProperties![HostChatClient.TokensPerSecond]);
        var asked = _loader.Requests.Last();
        Assert.Equal(["Be brief.", "Hi"], asked.Messages.Select(message => message.Content));
        Assert.Equal((3, 0.5f, 7, "never"), (asked.MaxNewTokens, asked.Sampling.Temperature, asked.Sampling.Seed!.Value, asked.StopTexts[0]));
        Assert.NotNull(asked.Constraint);
    }

    [Fact]
    public async Task The_librarys_own_loop_calls_tools_and_brings_their_results_back()
    {
        var asked = new List<string>();
        using var chat = new FunctionCalls(new HostChatClient(_dialogue), asked);

        var answer = await chat.AnswerAsync([new ChatMessage(ChatRole.User, "Is it warm?")], Patience.Token);

        Assert.StartsWith("word ", answer.Text, StringComparison.Ordinal);
        Assert.Equal(["Rome"], asked);
        var given = _loader.Requests.Last().Messages;
        Assert.Equal([Inference.Chat.ChatRole.User, Inference.Chat.ChatRole.Assistant, Inference.Chat.ChatRole.Tool], given.Select(message => message.Role));
        Assert.Equal(("Which one? ", """{"city":"Rome"}"""), (given[1].Reasoning, Assert.Single(given[1].ToolCalls!).Arguments));
        Assert.Equal(("call_1", "20 degrees"), (given[2].ToolCallId, given[2].Content));
    }

    [Fact]
    public async Task An_error_is_the_protocols_and_a_picture_is_not_sent()
    {
        using var chat = new HostChatClient(_dialogue);
        var tooLong = new ChatMessage(ChatRole.User, string.Join(' ', Enumerable.Repeat("w", 100)));

        var failure = await Assert.ThrowsAsync<HostRequestException>(() => chat.GetResponseAsync([tooLong], cancellationToken: Patience.Token));
        await Assert.ThrowsAsync<NotSupportedException>(
            () => chat.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[1], "image/png")])], cancellationToken: Patience.Token));

        Assert.Equal("context_full", failure.Code);
        Assert.StartsWith("word ", (await chat.GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")], new ChatOptions { MaxOutputTokens = 1 }, Patience.Token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vectors_come_for_every_text()
    {
        using var generator = new HostEmbeddingGenerator(_dialogue, "/embedder.gguf");

        var vectors = await generator.GenerateAsync(["a cat", "a dog", "a cat"], cancellationToken: Patience.Token);

        Assert.Equal(3, vectors.Count);
        Assert.Equal(vectors[0].Vector.ToArray(), vectors[2].Vector.ToArray());
        Assert.NotEqual(vectors[0].Vector.ToArray(), vectors[1].Vector.ToArray());
        Assert.Equal(1, vectors[0].Vector.ToArray().Sum(number => number * number), 4);
    }

    private async Task LoadAsync(string path)
    {
        var loaded = await _dialogue.AskAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("action", "load_model");
                json.WriteString("modelPath", path);
                json.WriteEndObject();
            },
            _ => Task.CompletedTask,
            Patience.Token);
        Assert.Equal("success", loaded.GetProperty("status").GetString());
    }

    /// <summary>What programs do with calls: ask, call, bring back, ask again.</summary>
    private sealed class FunctionCalls(IChatClient inner, List<string> asked) : DelegatingChatClient(inner)
    {
        private static readonly AIFunctionDeclaration Weather
            = AIFunctionFactory.CreateDeclaration("weather", "Tells it.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

        public async Task<ChatResponse> AnswerAsync(List<ChatMessage> messages, CancellationToken cancellationToken)
        {
            var options = new ChatOptions { Tools = [Weather], MaxOutputTokens = 2 };
            while (true)
            {
                var answer = await GetResponseAsync(messages, options, cancellationToken);
                List<FunctionCallContent> calls = [.. answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
                if (calls.Count == 0)
                {
                    return answer;
                }

                Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
                messages.AddRange(answer.Messages);
                asked.AddRange(calls.Select(call => ((JsonElement)call.Arguments!["city"]!).GetString()!));
                messages.Add(new ChatMessage(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, "20 degrees"))]));
            }
        }
    }
}
