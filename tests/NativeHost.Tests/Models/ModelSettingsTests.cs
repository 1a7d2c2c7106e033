using System.Globalization;
using System.Text.Json;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>Which settings hold for which model, and what was given later.</summary>
public sealed class ModelSettingsTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly TestHost _host;
    private readonly Dialogue _port;

    public ModelSettingsTests()
    {
        _host = new TestHost(new ScriptedLoader(), configFolder: _folder.FullName);
        _port = new Dialogue(_host, Patience.Token);
    }

    [Fact]
    public async Task The_settings_of_a_load_hold_for_its_model_alone()
    {
        await LoadAsync("""{"action":"load_model","modelPath":"/a.gguf","settings":{"temperature":0.1}}""");
        await LoadAsync("""{"action":"load_model","modelPath":"/b.gguf","settings":{"top_k":7}}""");

        Assert.Equal((0.1, 40), await EffectiveAsync("/a.gguf"));
        Assert.Equal((0.7, 7), await EffectiveAsync("/b.gguf"));
    }

    [Fact]
    public async Task What_is_given_later_for_all_holds_for_those_with_their_own_as_well()
    {
        await LoadAsync("""{"action":"load_model","modelPath":"/a.gguf","settings":{"temperature":0.1,"top_k":7}}""");

        await _port.AskAsync("""{"action":"set_params","params":{"temperature":0.3}}""");
        Assert.Equal((0.3, 7), await EffectiveAsync("/a.gguf"));

        await _port.AskAsync("""{"action":"update_settings","settings":{"temperature":0.4},"modelPath":"/a.gguf"}""");
        await LoadAsync("""{"action":"load_model","modelPath":"/b.gguf"}""");
        Assert.Equal((0.4, 7), await EffectiveAsync("/a.gguf"));
        Assert.Equal((0.3, 40), await EffectiveAsync("/b.gguf"));
    }

    [Fact]
    public async Task An_unloaded_models_settings_are_forgotten()
    {
        await LoadAsync("""{"action":"load_model","modelPath":"/a.gguf","settings":{"temperature":0.1}}""");
        await _port.AskAsync("""{"action":"unload_model","modelPath":"/a.gguf"}""");
        await LoadAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");

        Assert.Equal((0.7, 40), await EffectiveAsync("/a.gguf"));
    }

    [Fact]
    public async Task What_nobody_gave_suits_the_family_and_params_shows_the_defaults()
    {
        await LoadAsync("""{"action":"load_model","modelPath":"/Qwen3-1.7B.gguf","settings":{"top_k":7}}""");

        var shown = await _port.AskAsync("""{"action":"get_params"}""");

        Assert.Equal("/Qwen3-1.7B.gguf", shown.GetProperty("modelPath").GetString());
        Assert.Equal((0.9, 512, 7), (Rounded(shown, "params", "top_p"), Whole(shown, "params", "max_new_tokens"), Whole(shown, "params", "top_k")));
        Assert.Equal((0.8, 2048, 7), (Rounded(shown, "effective", "top_p"), Whole(shown, "effective", "max_new_tokens"), Whole(shown, "effective", "top_k")));
    }

    [Fact]
    public async Task What_was_saved_is_what_loads_begin_with()
    {
        await LoadAsync("""{"action":"save_inference_settings","modelPath":"/a.gguf","settings":{"min_p":0.5}}""");
        await LoadAsync("""{"action":"save_inference_settings","modelPath":"/a.gguf","settings":{"temperature":0.2,"topK":5,"unknown":1}}""");
        await LoadAsync("""{"action":"load_model","modelPath":"/a.gguf","settings":{"temperature":0.3}}""");
        Assert.Equal((0.3, 5), await EffectiveAsync("/a.gguf"));
        Assert.Equal(0, Rounded(await _port.AskAsync("""{"action":"get_params"}"""), "effective", "min_p"));

        await LoadAsync("""{"action":"unload_model","modelPath":"/a.gguf"}""");
        await LoadAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        Assert.Equal((0.2, 5), await EffectiveAsync("/a.gguf"));

        var saved = (await _port.AskAsync("""{"action":"get_inference_settings","modelPath":"/a.gguf"}""")).GetProperty("payload").GetProperty("saved");
        Assert.Equal(["temperature", "top_k"], saved.EnumerateObject().Select(setting => setting.Name));

        await LoadAsync("""{"action":"save_inference_settings","modelPath":"/a.gguf","settings":{}}""");
        await LoadAsync("""{"action":"unload_model","modelPath":"/a.gguf"}""");
        await LoadAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        Assert.Equal((0.7, 40), await EffectiveAsync("/a.gguf"));
    }

    [Theory]
    [InlineData("get_inference_settings")]
    [InlineData("save_inference_settings")]
    public async Task Settings_of_a_repository_that_is_not_here_are_an_error_that_says_what_to_do(string action)
    {
        var answer = await _port.AskAsync($$"""{"action":"{{action}}","repoId":"acme/nothing-GGUF"}""");

        Assert.Equal("model_not_found", answer.GetProperty("code").GetString());
        Assert.Equal("Model not found: acme/nothing-GGUF", answer.GetProperty("message").GetString());
        Assert.Contains("pull_model", answer.GetProperty("details").GetProperty("advice").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saved_settings_are_a_callers_own_and_a_broken_file_costs_no_more_than_them()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var saved = new SavedSettings(folder.FullName);
            var given = GivenSettings.Of([KeyValuePair.Create("top_k", JsonElement.Parse("5"))]);
            var one = new Caller(CallerKind.Extension, "chrome-extension://one/");
            saved.Save(one, "a", given);

            Assert.Equal(["top_k"], new SavedSettings(folder.FullName).Of(one, "a").Values.Keys);
            Assert.Empty(saved.Of(one, "b").Values);
            Assert.Empty(saved.Of(one.Within("profile"), "a").Values);
            Assert.Empty(saved.Of(Caller.Local, "a").Values);

            foreach (var broken in (string[])["", "{", "[]", """{"settings":7}""", """{"settings":{"top_k":-1}}"""])
            {
                await File.WriteAllTextAsync(folder.EnumerateFiles("*.json", SearchOption.AllDirectories).Single().FullName, broken, Patience.Token);
                Assert.Empty(saved.Of(one, "a").Values);
            }

            saved.Save(one, "a", given);
            Assert.Single(saved.Of(one, "a").Values);
            saved.Save(one, "a", GivenSettings.None);
            Assert.Empty(folder.EnumerateFiles("*", SearchOption.AllDirectories));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Before_any_load_nothing_is_effective()
    {
        var shown = await _port.AskAsync("""{"action":"get_params"}""");

        Assert.Equal(0.7, Rounded(shown, "params", "temperature"));
        Assert.False(shown.TryGetProperty("effective", out _));
    }

    /// <summary>The folders that a file lies in say nothing about it.</summary>
    [Theory]
    [InlineData("/home/qwen/stories.gguf", 1f)]
    [InlineData("Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf", 1.1f)]
    [InlineData("/models/TinyLlama.gguf", 1.15f)]
    [InlineData("/models/Phi-3.gguf", 1.15f)]
    public void A_family_is_known_by_its_name(string address, float penalty)
        => Assert.Equal(penalty, ModelDefaults.Of(address).Sampling.RepetitionPenalty);

    [Fact]
    public void Every_setting_is_read_by_each_of_its_names()
    {
        foreach (var setting in GenerationSettingTable.All.Settings)
        {
            var value = Example(setting.Values);
            var named = GivenSettings.Of([KeyValuePair.Create(setting.Name, value)]).Over(new GenerationSettings());
            Assert.NotEqual(new GenerationSettings(), named);
            foreach (var name in setting.Synonyms)
            {
                var given = GivenSettings.Of([KeyValuePair.Create(name, value)]);
                Assert.Equal([setting.Name], given.Values.Keys);
                Assert.Equivalent(named, given.Over(new GenerationSettings()));
            }
        }

        var usual = new LoadSettings(new ModelLoadOptions());
        foreach (var setting in LoadSettingTable.All.Settings)
        {
            var named = LoadSettingTable.All.Apply(usual, [KeyValuePair.Create(setting.Name, Example(setting.Values))]);
            Assert.NotEqual(usual, named);
            Assert.All(setting.Synonyms, name => Assert.Equal(named, LoadSettingTable.All.Apply(usual, [KeyValuePair.Create(name, Example(setting.Values))])));
        }
    }

    [Fact]
    public void What_is_set_reaches_a_worker_as_it_is()
    {
        var settings = GenerationSettingTable.All.Settings.Aggregate(
            new GenerationSettings(), (settings, setting) => GivenSettings.Of([KeyValuePair.Create(setting.Name, Example(setting.Values))]).Over(settings));
        var request = new WorkerRequest(WorkerOperation.Generate, 1) { Generation = new GenerationRequest { Prompt = "x", Sampling = settings.Sampling } };

        var json = JsonSerializer.Serialize(request, WorkerJson.Default.WorkerRequest);

        Assert.Equivalent(settings.Sampling, JsonSerializer.Deserialize(json, WorkerJson.Default.WorkerRequest)!.Generation!.Sampling, strict: true);
    }

    [Fact]
    public async Task What_is_not_as_usual_is_told()
    {
        await _port.AskAsync("""{"action":"set_params","params":{"typical_p":0.5,"mirostat":2,"dry_sequence_breakers":["!"],"logit_bias":{"7":-1.5} } }""");

        var settings = (await _port.AskAsync("""{"action":"get_params"}""")).GetProperty("params");

        Assert.Equal((0.5, 2), (settings.GetProperty("typical_p").GetDouble(), settings.GetProperty("mirostat").GetInt32()));
        Assert.Equal(("""["!"]""", """{"7":-1.5}"""), (settings.GetProperty("dry_sequence_breakers").GetRawText(), settings.GetProperty("logit_bias").GetRawText()));
        Assert.False(settings.TryGetProperty("dry_base", out _));
    }

    [Theory]
    [InlineData("""{"x":1}""")]
    [InlineData("""{"-1":1}""")]
    [InlineData("""{"1":101}""")]
    [InlineData("""{"1":"5"}""")]
    [InlineData("""[1]""")]
    [InlineData("5")]
    public async Task A_bias_that_is_none_is_refused_with_what_it_may_be(string bias)
    {
        var refusal = await _port.AskAsync($$"""{"action":"set_params","params":{"logit_bias":{{bias}} } }""");

        Assert.Equal(("invalid_settings", "logit_bias"), (refusal.GetProperty("code").GetString(), refusal.GetProperty("details").GetProperty("field").GetString()));
    }

    public async ValueTask DisposeAsync()
    {
        await _port.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static JsonElement Example(SettingValues values) => JsonElement.Parse(values.Kind switch
    {
        SettingKind.Flag => "false",
        SettingKind.Texts => """["a","b"]""",
        SettingKind.Biases => """{"5":1.5}""",
        SettingKind.Integer => (values.Also is > 0 ? values.Also.Value : 1).ToString(CultureInfo.InvariantCulture),
        _ => (values.Least + 0.25).ToString(CultureInfo.InvariantCulture),
    });

    private static double Rounded(JsonElement answer, string part, string name) => Math.Round(answer.GetProperty(part).GetProperty(name).GetDouble(), 3);

    private static int Whole(JsonElement answer, string part, string name) => answer.GetProperty(part).GetProperty(name).GetInt32();

    private async Task LoadAsync(string request) => Assert.Equal("success", (await _port.AskAsync(request)).GetProperty("status").GetString());

    private async Task<(double Temperature, int TopK)> EffectiveAsync(string model)
    {
        var shown = await _port.AskAsync($$"""{"action":"get_params","modelPath":"{{model}}"}""");
        return (Rounded(shown, "effective", "temperature"), Whole(shown, "effective", "top_k"));
    }
}
