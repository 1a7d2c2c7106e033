using System.Text.Json;
using NativeHost.Grants;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Library;

/// <summary>Downloads by action: what clients hear of them, and who may stop whose.</summary>
public sealed class PullActionTests : IAsyncLifetime
{
    private const string Event = "MODEL_DOWNLOAD_PROGRESS";
    private const string Pull = $$"""{"action":"pull_model","model":"{{LibraryBed.Repo}}:Q4_K_M"}""";
    private const long Slow = 4 * 1024 * 1024;

    private LibraryBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await LibraryBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task Progress_rises_to_the_end_and_the_answer_has_the_names_of_every_client()
    {
        await using var dialogue = _bed.Open();
        _bed.Hub.TotalRate = 40 * 1024 * 1024;

        await dialogue.SayAsync(Pull);
        var loaded = 0L;
        JsonElement frame;
        for (frame = await dialogue.HearAsync(); !frame.TryGetProperty("status", out _); frame = await dialogue.HearAsync())
        {
            var payload = frame.GetProperty("payload");
            Assert.Equal((Event, LibraryBed.Size, LibraryBed.Repo), (Text(frame, "type"), payload.GetProperty("total").GetInt64(), Text(payload, "repoId")));
            Assert.InRange(payload.GetProperty("loaded").GetInt64(), loaded, LibraryBed.Size);
            Assert.InRange(payload.GetProperty("progress").GetInt32(), 0, 100);
            loaded = payload.GetProperty("loaded").GetInt64();
        }

        Assert.Equal(LibraryBed.Size, loaded);
        Assert.Equal(("success", $"{LibraryBed.Repo}:Q4_K_M"), (Text(frame, "status"), Text(frame, "model")));
        var answer = frame.GetProperty("payload");
        Assert.Equal((LibraryBed.Repo, LibraryBed.File, true), (Text(answer, "repoId"), Text(answer, "fileName"), answer.GetProperty("cached").GetBoolean()));
        Assert.Equal(LibraryBed.Size, answer.GetProperty("receivedBytes").GetInt64());
        Assert.Equal($"{LibraryBed.Repo}/{LibraryBed.File}", Text(answer, "modelPath"));
        var again = await dialogue.AskAsync($$"""{"action":"download_model","repoId":"{{LibraryBed.Repo}}","fileName":"{{LibraryBed.File}}"}""");
        Assert.Equal(("Model already downloaded", 0), (Text(again, "message"), again.GetProperty("payload").GetProperty("receivedBytes").GetInt64()));
    }

    [Fact]
    public async Task Two_that_ask_for_the_same_share_one_download_and_both_hear_of_it()
    {
        await using var first = _bed.Open(LibraryBed.First);
        await using var second = _bed.Open(LibraryBed.Second);
        _bed.Hub.TotalRate = Slow;
        await first.SayAsync(Pull);
        await LibraryBed.HearEventAsync(first, Event, payload => payload.GetProperty("loaded").GetInt64() > 0);
        await second.SayAsync(Pull);
        await LibraryBed.HearEventAsync(second, Event, payload => payload.GetProperty("loaded").GetInt64() > 0);
        _bed.Hub.TotalRate = null;

        Assert.Equal("success", Text(await first.HearFinalAsync(), "status"));
        Assert.Equal("success", Text(await second.HearFinalAsync(), "status"));
        Assert.Equal(LibraryBed.Size, _bed.Hub.ServedBytes);
    }

    [Fact]
    public async Task Paused_by_the_only_one_who_wants_it_it_stops_and_goes_on_from_there()
    {
        await using var dialogue = _bed.Open();
        var paused = await StopHalfWayAsync(dialogue, "pause_download");

        Assert.Equal("download_paused", Text(paused, "code"));
        var active = await dialogue.AskAsync("""{"action":"get_active_downloads"}""");
        Assert.Equal("paused", Text(active.GetProperty("payload").GetProperty("downloads")[0], "status"));

        var resumed = await dialogue.AskAsync(Of("resume_download"));
        Assert.True(resumed.GetProperty("payload").GetProperty("resumed").GetBoolean());
        Assert.Equal("success", Text(await dialogue.AskAsync(Pull), "status"));
        Assert.InRange(_bed.Hub.ServedBytes, LibraryBed.Size, LibraryBed.Size * 3 / 2);
        Assert.Equal("completed", Text((await dialogue.AskAsync(Of("get_download_status"))).GetProperty("payload"), "status"));
        Assert.Equal(0, (await dialogue.AskAsync("""{"action":"get_active_downloads"}""")).GetProperty("payload").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(",\"keep\":false", false)]
    public async Task Cancelled_what_came_is_kept_unless_it_is_not_wanted(string keep, bool isKept)
    {
        await using var dialogue = _bed.Open();

        var cancelled = await StopHalfWayAsync(dialogue, "cancel_download", keep);

        Assert.Equal("download_cancelled", Text(cancelled, "code"));
        await _bed.ForgetServedAsync();
        Assert.Equal("success", Text(await dialogue.AskAsync(Pull), "status"));
        Assert.Equal(isKept, _bed.Hub.ServedBytes < LibraryBed.Size);
    }

    [Fact]
    public async Task What_one_cancels_goes_on_for_the_other_and_a_stranger_cannot_stop_it()
    {
        await using var first = _bed.Open(LibraryBed.First);
        await using var second = _bed.Open(LibraryBed.Second);
        await using var stranger = _bed.Open(new Caller(CallerKind.Extension, "chrome-extension://three/"));
        _bed.Hub.TotalRate = Slow;
        await first.SayAsync(Pull);
        await LibraryBed.HearEventAsync(first, Event, _ => true);
        await second.SayAsync(Pull);
        await LibraryBed.HearEventAsync(second, Event, _ => true);

        var refused = await stranger.AskAsync(Of("cancel_download"));
        var stop = await AnswerAsync(first, Of("cancel_download", ",\"id\":\"c\""));
        _bed.Hub.TotalRate = null;

        Assert.Equal("download_not_found", Text(refused, "code"));
        Assert.Equal(("download_cancelled", false), (Text(stop.Other, "code"), stop.Answer.GetProperty("payload").GetProperty("stopped").GetBoolean()));
        Assert.Equal("success", Text(await second.HearFinalAsync(), "status"));
    }

    [Fact]
    public async Task Who_paused_it_does_not_keep_it_going_for_who_came_later()
    {
        await using var first = _bed.Open(LibraryBed.First);
        await using var second = _bed.Open(LibraryBed.Second);
        await StopHalfWayAsync(first, "pause_download");
        _bed.Hub.TotalRate = Slow;
        await second.SayAsync(Pull);
        await LibraryBed.HearEventAsync(second, Event, payload => Text(payload, "status") == "downloading");

        var stop = await AnswerAsync(second, Of("pause_download", ",\"id\":\"c\""));

        Assert.Equal(("download_paused", true), (Text(stop.Other, "code"), stop.Answer.GetProperty("payload").GetProperty("stopped").GetBoolean()));
        Assert.Equal("paused", Text((await first.AskAsync(Of("get_download_status"))).GetProperty("payload"), "status"));
        Assert.True((await first.AskAsync(Of("cancel_download"))).GetProperty("payload").GetProperty("stopped").GetBoolean());
    }

    [Fact]
    public async Task An_extension_cannot_have_any_number_of_them_under_way()
    {
        await using var dialogue = _bed.Open();
        await using var other = _bed.Open(LibraryBed.Second);
        var repo = _bed.Hub.AddRepo("acme/many-GGUF");
        for (var number = 0; number < 257; number++)
        {
            repo.AddGenerated($"m{number}-Q4_K_M.gguf", 10_000, seed: number);
        }

        _bed.Hub.TotalRate = 1;
        for (var number = 0; number < 256; number++)
        {
            Assert.Equal("success", Text(await dialogue.AskAsync(Model(number)), "status"));
        }

        Assert.Equal("too_many_requests", Text(await dialogue.AskAsync(Model(256)), "code"));
        Assert.Equal("success", Text(await dialogue.AskAsync(Model(255)), "status"));
        Assert.Equal("success", Text(await other.AskAsync(Model(256)), "status"));
        Assert.Equal(257, (await dialogue.AskAsync("""{"action":"get_active_downloads"}""")).GetProperty("payload").GetProperty("count").GetInt32());
        await dialogue.AskAsync("""{"action":"cancel_download","model":"acme/many-GGUF/m100-Q4_K_M.gguf"}""");
        Assert.Equal("success", Text(await dialogue.AskAsync(Model(256)), "status"));

        static string Model(int number) => $$"""{"action":"pull_model","model":"acme/many-GGUF/m{{number}}-Q4_K_M.gguf","wait":false}""";
    }

    [Theory]
    [InlineData($"hf:{LibraryBed.Repo}", "Q8_0")]
    [InlineData($"hf://{LibraryBed.Repo}", "Q8_0")]
    [InlineData($"HUB/{LibraryBed.Repo}", "Q8_0")]
    [InlineData($"https://huggingface.co/{LibraryBed.Repo}", "Q8_0")]
    [InlineData($"{LibraryBed.Repo}:Q4_K_M", "Q4_K_M")]
    [InlineData($"hf:{LibraryBed.Repo}:Q4_K_M", "Q4_K_M")]
    [InlineData($"HUB/{LibraryBed.Repo}:Q4_K_M", "Q4_K_M")]
    public async Task A_quant_beside_an_address_counts_however_that_is_written_unless_it_names_one(string address, string quant)
    {
        await using var dialogue = _bed.Open();
        var model = address.Replace("HUB", _bed.Hub.Endpoint.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal);

        var answer = await dialogue.AskAsync($$"""{"action":"pull_model","model":"{{model}}","quant":"q8_0"}""");

        Assert.Equal(quant, Text(answer.GetProperty("payload"), "quant"));
    }

    [Fact]
    public async Task The_user_stops_it_for_all()
    {
        await using var first = _bed.Open(LibraryBed.First);
        await using var user = _bed.Open(Caller.Local);
        _bed.Hub.TotalRate = Slow;
        await first.SayAsync(Pull);
        await LibraryBed.HearEventAsync(first, Event, _ => true);

        Assert.True((await user.AskAsync(Of("pause_download"))).GetProperty("payload").GetProperty("stopped").GetBoolean());
        Assert.Equal("download_paused", Text(await first.HearFinalAsync(), "code"));
    }

    [Fact]
    public async Task It_goes_on_when_the_port_is_gone()
    {
        await using (var first = _bed.Open())
        {
            _bed.Hub.TotalRate = Slow;
            await first.SayAsync(Pull);
            await LibraryBed.HearEventAsync(first, Event, _ => true);
        }

        _bed.Hub.TotalRate = null;
        await using var second = _bed.Open();
        Assert.Equal("success", Text(await second.AskAsync(Pull), "status"));
        Assert.Equal(LibraryBed.Size, _bed.Hub.ServedBytes);
    }

    [Fact]
    public async Task Who_does_not_wait_is_answered_at_once()
    {
        await using var dialogue = _bed.Open();
        _bed.Hub.TotalRate = Slow;

        var answer = await dialogue.AskAsync($$"""{"action":"pull_model","model_name":"{{LibraryBed.Repo}}","quant":"q4_k_m","wait":false}""");

        Assert.False(answer.GetProperty("payload").GetProperty("cached").GetBoolean());
        var id = Text(answer.GetProperty("payload"), "downloadId");
        var status = (await dialogue.AskAsync($$"""{"action":"get_download_status","downloadId":"{{id}}"}""")).GetProperty("payload");
        Assert.NotEqual("completed", Text(status, "status"));
        _bed.Hub.TotalRate = null;
    }

    [Fact]
    public async Task More_than_an_extension_may_download_unasked_needs_a_grant()
    {
        await using var bed = await LibraryBed.StartAsync(LibraryBed.Size + 1);
        await using var dialogue = bed.Open();
        await using var user = bed.Open(Caller.Local);
        Assert.Equal("success", Text(await dialogue.AskAsync(Pull), "status"));

        const string Second = $$"""{"action":"pull_model","model":"{{LibraryBed.Repo}}:Q8_0"}""";
        var refused = await dialogue.AskAsync(Second);
        Assert.Equal(("grant_required", "large_downloads"), (Text(refused, "code"), Text(refused.GetProperty("details"), "grant")));
        Assert.Equal("success", Text(await dialogue.AskAsync(Pull), "status"));
        await bed.GiveAsync(LibraryBed.First, GrantKind.LargeDownloads);
        Assert.Equal("success", Text(await dialogue.AskAsync(Second), "status"));
        Assert.Equal("success", Text(await user.AskAsync(Second), "status"));
    }

    [Theory]
    [InlineData("""{"action":"pull_model"}""", "invalid_request")]
    [InlineData("""{"action":"pull_model","model":"nothing"}""", "invalid_request")]
    [InlineData("""{"action":"pull_model","model":"acme/none-GGUF"}""", "repository_not_found")]
    [InlineData("""{"action":"pull_model","model":"acme/tiny-GGUF:Q2_K"}""", "quant_not_found")]
    [InlineData("""{"action":"pull_model","model":"acme/tiny-GGUF","fileName":"no.gguf"}""", "file_not_found")]
    [InlineData("""{"action":"pull_model","model":"acme/tiny-GGUF","revision":"v9"}""", "revision_not_found")]
    [InlineData("""{"action":"cancel_download","model":"acme/tiny-GGUF"}""", "download_not_found")]
    [InlineData("""{"action":"resume_download","downloadId":"0123"}""", "download_not_found")]
    public async Task What_is_wrong_is_said(string request, string code)
    {
        await using var dialogue = _bed.Open();

        var answer = await dialogue.AskAsync(request);

        Assert.Equal(("error", code), (Text(answer, "status"), Text(answer, "code")));
    }

    [Fact]
    public async Task Without_access_the_answer_says_step_by_step_how_to_get_it()
    {
        await using var dialogue = _bed.Open();

        var answer = await dialogue.AskAsync($$"""{"action":"pull_model","model":"{{SampleRepos.Gated}}:Q4_K_M"}""");

        Assert.Equal(("auth_required", "gated_login", "huggingface", SampleRepos.Gated), (Text(answer, "status"), Text(answer, "code"), Text(answer, "provider"), Text(answer, "repo")));
        Assert.Contains($"{_bed.Hub.Endpoint.AbsoluteUri}{SampleRepos.Gated}", Text(answer.GetProperty("instructions"), "step1"), StringComparison.Ordinal);
        var choices = (await dialogue.AskAsync("""{"action":"pull_model","model":"acme/tiny-GGUF:Q2_K"}""")).GetProperty("details").GetProperty("choices");
        Assert.Contains("Q4_K_M", choices.EnumerateArray().Select(choice => choice.GetString()));
    }

    private static string Of(string action, string more = "") => $$"""{"action":"{{action}}","model":"{{LibraryBed.Repo}}:Q4_K_M"{{more}}}""";

    private static string Text(JsonElement frame, string name) => frame.GetProperty(name).GetString()!;

    /// <summary>Asks while another request without an id is open.</summary>
    /// <returns>The final frames of both.</returns>
    private static async Task<(JsonElement Other, JsonElement Answer)> AnswerAsync(Dialogue dialogue, string request)
    {
        await dialogue.SayAsync(request);
        var one = await dialogue.HearFinalAsync();
        var other = await dialogue.HearFinalAsync();
        return one.TryGetProperty("requestId", out _) ? (other, one) : (one, other);
    }

    /// <summary>Pulls until the half is there, and stops that.</summary>
    /// <returns>The answer to the pull.</returns>
    private async Task<JsonElement> StopHalfWayAsync(Dialogue dialogue, string action, string more = "")
    {
        _bed.Hub.TotalRate = 2 * Slow;
        await dialogue.SayAsync(Pull);
        await LibraryBed.HearEventAsync(dialogue, Event, payload => payload.GetProperty("loaded").GetInt64() >= LibraryBed.Size / 2);
        var (pulled, stopped) = await AnswerAsync(dialogue, Of(action, $"{more},\"id\":\"c\""));
        Assert.True(stopped.GetProperty("payload").GetProperty("stopped").GetBoolean());
        _bed.Hub.TotalRate = null;
        return pulled;
    }
}
