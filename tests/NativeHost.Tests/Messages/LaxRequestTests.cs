using System.Text.Json;
using Xunit;

namespace NativeHost.Tests.Messages;

/// <summary>Requests of clients that are not exact about types, and what they hear where that goes too far.</summary>
public sealed class LaxRequestTests : IAsyncDisposable
{
    private readonly TestHost _host = new(new ScriptedLoader());
    private readonly Dialogue _port;

    public LaxRequestTests() => _port = new Dialogue(_host, Patience.Token);

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"true\"", true)]
    [InlineData("\"yes\"", true)]
    [InlineData("1", true)]
    [InlineData("\"1\"", true)]
    [InlineData("false", false)]
    [InlineData("\"false\"", false)]
    [InlineData("0", false)]
    [InlineData("null", false)]
    public async Task Flags_are_read_as_those_of_settings(string value, bool isSet)
    {
        var answer = await _port.AskAsync($$"""{"action":"get_system_info","verbose":{{value}}}""");
        Assert.Equal(isSet, answer.GetRawText().Contains("python_packages", StringComparison.Ordinal));

        await _port.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        Assert.Equal("success", Text(await _port.AskAsync($$"""{"action":"unload_model","force":{{value}}}"""), "status"));
    }

    [Theory]
    [InlineData("\"0\"")]
    [InlineData("null")]
    public async Task Numbers_may_be_texts_or_nothing(string value)
        => Assert.Equal("success", Text(await _port.AskAsync($$"""{"action":"get_downloaded_models","offset":{{value}},"limit":"3"}"""), "status"));

    [Theory]
    [InlineData("\"action\":\"unload_model\",\"force\":\"maybe\"", "force: It must be true or false.")]
    [InlineData("\"action\":\"unload_model\",\"force\":2", "force: It must be true or false.")]
    [InlineData("\"action\":\"get_downloaded_models\",\"offset\":1.5", "offset must be an integer.")]
    [InlineData("\"action\":\"resume_stream\",\"streamId\":{}", "streamId must be a text.")]
    [InlineData("\"action\":\"resume_stream\"", "streamId is required.")]
    [InlineData("\"action\":\"generate\",\"messages\":7", "messages must be a list.")]
    [InlineData("\"action\":\"generate\",\"messages\":[{\"role\":\"user\"}]", "messages[0]: content is a text, or a list of parts.")]
    public async Task What_is_wrong_is_told_without_types_of_the_program(string request, string problem)
    {
        var answer = await _port.AskAsync($"{{{request}}}");

        Assert.Equal(("invalid_request", $"Invalid request: {problem}"), (Text(answer, "code"), Text(answer, "message")));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("model_id")]
    [InlineData("repoId")]
    public async Task A_synonym_that_is_no_text_does_no_harm_beside_a_good_one(string synonym)
    {
        foreach (var value in new[] { "{}", "5", "[1]", "true" })
        {
            Assert.Equal("success", Text(await _port.AskAsync($$"""{"action":"load_model","{{synonym}}":{{value}},"model_path":"/a.gguf"}"""), "status"));

            // It must not pass for the active model.
            Assert.Equal("invalid_request", Text(await _port.AskAsync($$"""{"action":"unload_model","{{synonym}}":{{value}}}"""), "code"));
            Assert.Equal(
                "invalid_request", Text(await _port.AskAsync($$"""{"action":"delete_model","model":"owner/name","modelFile":{{value}}}"""), "code"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _port.DisposeAsync();
        await _host.DisposeAsync();
    }

    private static string? Text(JsonElement frame, string name) => frame.TryGetProperty(name, out var value) ? value.GetString() : null;
}
