using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Suggestions;
using Xunit;

namespace NativeHost.ModelCache.Tests.Suggestions;

public sealed class ModelSuggestionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("suggestions-").FullName;

    private string UserFile => Path.Combine(_folder, "data", "models.json");

    [Fact]
    public void The_list_that_comes_with_the_program_can_be_used_as_it_is()
    {
        var all = new ModelSuggestions(UserFile).All();

        Assert.Equal(all.Count, all.Select(model => model.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(all, model =>
        {
            Assert.True(RepoId.TryParse(model.RepoId, out _), model.Id);
            Assert.True(model.FilePath is null || RepoPath.IsSafe(model.FilePath), model.Id);
            Assert.True(model is { SizeGb: > 0 and < 40, DefaultQuant.Length: > 0, License.Length: > 0, ContextLength: > 0, Source: "builtin" }, model.Id);
        });
    }

    [Theory]
    [InlineData("gguf")]
    [InlineData("BitNet")]
    [InlineData("embedding")]
    public void The_default_of_each_type_fits_a_laptop(string type)
        => Assert.True(new ModelSuggestions(UserFile).DefaultOf(type) is { IsSuggested: true, SizeGb: <= 3 });

    [Fact]
    public void A_type_that_nobody_knows_has_no_default() => Assert.Null(new ModelSuggestions(UserFile).DefaultOf("onnx"));

    [Fact]
    public void What_the_user_adds_is_there_the_next_time_and_replaces_what_has_its_id()
    {
        new ModelSuggestions(UserFile).Add(Model("mine") with { Source = "builtin", IsDownloaded = true });
        new ModelSuggestions(UserFile).Add(Model("QWEN3-8B-Q4"));
        new ModelSuggestions(UserFile).Add(Model("mine") with { Name = "Mine, again" });

        var all = new ModelSuggestions(UserFile).All();

        Assert.Equal(("Mine, again", "user", false), all.Where(model => model.Id == "mine").Select(model => (model.Name, model.Source, model.IsDownloaded)).Single());
        Assert.Equal("QWEN3-8B-Q4", Assert.Single(all, model => model.Id.Equals("qwen3-8b-q4", StringComparison.OrdinalIgnoreCase)).Id);
        Assert.Equal([UserFile], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":1,\"mod")]
    [InlineData("[]")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"x\"}]}")]
    public void A_damaged_list_costs_no_suggestion_and_no_addition(string damaged)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(UserFile)!);
        File.WriteAllText(UserFile, damaged);
        var suggestions = new ModelSuggestions(UserFile);

        Assert.NotNull(suggestions.DefaultOf("gguf"));
        suggestions.Add(Model("mine"));
        Assert.Contains(suggestions.All(), model => model.Id == "mine");
    }

    [Fact]
    public void The_list_stays_small_enough_for_one_message()
    {
        var suggestions = new ModelSuggestions(UserFile);
        suggestions.Add(Model("mine"));

        var refusal = Assert.Throws<ModelCacheException>(() => suggestions.Add(Model("long") with { Tags = [.. Enumerable.Repeat(new string('x', 400), 1000)] }));

        Assert.Contains("full", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("mine", Assert.Single(suggestions.All(), model => model.Source == "user").Id);
    }

    [Fact]
    public void A_list_that_cannot_be_read_just_now_is_not_replaced()
    {
        var suggestions = new ModelSuggestions(UserFile);
        suggestions.Add(Model("mine"));
        using (new FileStream(UserFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.NotEmpty(suggestions.All());
            Assert.Equal(CacheFault.CacheUnusable, Assert.Throws<ModelCacheException>(() => suggestions.Add(Model("other"))).Fault);
        }

        Assert.Contains(suggestions.All(), model => model.Id == "mine");
    }

    [Fact]
    public void What_no_model_can_be_is_refused_with_the_reason()
    {
        var suggestions = new ModelSuggestions(UserFile);

        AssertRefused("id has", Model("a b"));
        AssertRefused("name and model_type", Model("mine") with { Name = " " });
        AssertRefused("repo_id is owner/name", Model("mine") with { RepoId = "../x" });
        AssertRefused("file_path", Model("mine") with { FilePath = "../../etc/passwd" });
        AssertRefused("size_gb", Model("mine") with { SizeGb = double.NaN });
        AssertRefused("texts", Model("mine") with { Tags = [new string('x', 3000)] });
        Assert.False(File.Exists(UserFile));

        void AssertRefused(string why, SuggestedModel model)
        {
            var refusal = Assert.Throws<ModelCacheException>(() => suggestions.Add(model));
            Assert.StartsWith("Invalid model format: ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static SuggestedModel Model(string id) => new() { Id = id, Name = "Mine", RepoId = "me/mine-GGUF", ModelType = "gguf", SizeGb = 1 };
}
