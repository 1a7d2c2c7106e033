using System.Text.Json;
using NativeHost.Messages;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>Messages are found by words at once, and by meaning once they are learned; only by whom they belong to.</summary>
public sealed class SearchMessagesTests
{
    private static readonly StoreCaller Local = new("local");

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_message_is_found_by_its_words_at_once_and_by_its_meaning_when_it_is_learned()
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var dialogue = new Dialogue(host, Timeout);
        Add(host, "c", "user", "the boat reached the harbour at dawn");
        Add(host, "c", "assistant", "bread is baked with flour and water");

        var words = await SearchAsync(dialogue, "Harbour", "text");
        var before = await SearchAsync(dialogue, "harbour", "semantic");
        await host.Search.LearnAllAsync(Timeout);
        var meaning = await SearchAsync(dialogue, "flour water", "semantic");
        var both = await SearchAsync(dialogue, "harbour", "hybrid");

        Assert.Equal(["the boat reached the harbour at dawn"], Snippets(words));
        Assert.Equal(2, words.GetProperty("pending").GetInt32());
        Assert.Empty(Snippets(before));
        Assert.Equal("bread is baked with flour and water", Snippets(meaning)[0]);
        Assert.Equal(0, meaning.GetProperty("pending").GetInt32());
        Assert.Equal("the boat reached the harbour at dawn", Snippets(both)[0]);
        Assert.Equal("Talk", both.GetProperty("results")[0].GetProperty("conversation_title").GetString());
    }

    [Fact]
    public async Task A_long_message_is_found_by_the_meaning_of_its_end_too_once_until_it_is_deleted()
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var dialogue = new Dialogue(host, Timeout);
        var filler = string.Concat(Enumerable.Repeat("stars shine above the quiet hills at night. ", 200));
        Add(host, "c", "user", filler + "bread is baked with flour and water.");
        Add(host, "c", "user", "stars shine");
        await host.Search.LearnAllAsync(Timeout);

        var end = await SearchAsync(dialogue, "bread is baked with flour and water.", "semantic");
        var beginning = await SearchAsync(dialogue, "stars shine above the quiet hills at night.", "semantic");

        Assert.EndsWith("bread is baked with flour and water.", Snippets(end)[0], StringComparison.Ordinal);
        Assert.True(end.GetProperty("results")[0].GetProperty("score").GetDouble() > 0.5);
        Assert.Equal(2, Snippets(end).Count);
        Assert.Equal(2, Snippets(beginning).Count);
        Assert.Equal(0, end.GetProperty("pending").GetInt32());

        host.Conversations.Open().Conversations.Delete(Local, "c");
        Assert.Empty(Snippets(await SearchAsync(dialogue, "bread is baked with flour and water.", "semantic")));
    }

    [Fact]
    public async Task Filters_and_deletions_hold_for_both_ways()
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var dialogue = new Dialogue(host, Timeout);
        Add(host, "a", "user", "boats in the harbour");
        Add(host, "b", "assistant", "boats at sea");
        await host.Search.LearnAllAsync(Timeout);

        foreach (var mode in new[] { "text", "semantic", "hybrid" })
        {
            Assert.Equal(2, Snippets(await SearchAsync(dialogue, "boats", mode)).Count);
            Assert.Equal(["boats at sea"], Snippets(await SearchAsync(dialogue, "boats", mode, ""","role":"assistant" """)));
            Assert.Equal(["boats in the harbour"], Snippets(await SearchAsync(dialogue, "boats", mode, ""","conversation_id":"a" """)));
            Assert.Empty(Snippets(await SearchAsync(dialogue, "boats", mode, ""","before":1000 """)));
            Assert.Equal(2, Snippets(await SearchAsync(dialogue, "boats", mode, ""","from":1000 """)).Count);
        }

        host.Conversations.Open().Conversations.Delete(Local, "a");

        foreach (var mode in new[] { "text", "semantic", "hybrid" })
        {
            Assert.Equal(["boats at sea"], Snippets(await SearchAsync(dialogue, "boats", mode)));
        }
    }

    [Fact]
    public async Task After_a_change_of_the_model_messages_are_learned_anew_and_found_by_words_until_then()
    {
        using var folder = new TemporaryFolder();
        var shipped = await ShippedModel.Embedding.UnpackAsync(folder.Path, Timeout);
        var other = Path.Combine(folder.Path, "other-embedding-model.gguf");
        File.Copy(shipped, other);
        await using (var host = new TestHost(new ScriptedLoader(), configFolder: folder.Path, messageModel: _ => Task.FromResult(shipped)))
        {
            Add(host, "c", "user", "the boat reached the harbour at dawn");
            Add(host, "c", "assistant", "bread is baked with flour and water");
            await host.Search.LearnAllAsync(Timeout);
        }

        Assert.Equal(0, await PendingAsync(folder.Path, shipped, learnsThen: false));
        Assert.Equal(2, await PendingAsync(folder.Path, other, learnsThen: true));
        Assert.Equal(0, await PendingAsync(folder.Path, other, learnsThen: false));
        Assert.Equal(2, await PendingAsync(folder.Path, shipped, learnsThen: false));
    }

    [Fact]
    public async Task Another_model_in_the_place_of_a_file_of_the_same_size_learns_messages_anew()
    {
        using var folder = new TemporaryFolder();
        var model = Path.Combine(folder.Path, "an-embedding-model.gguf");
        File.Copy(await ShippedModel.Embedding.UnpackAsync(folder.Path, Timeout), model);
        await using (var host = new TestHost(new ScriptedLoader(), configFolder: folder.Path, messageModel: _ => Task.FromResult(model)))
        {
            Add(host, "c", "user", "the boat reached the harbour at dawn");
            Add(host, "c", "assistant", "bread is baked with flour and water");
            await host.Search.LearnAllAsync(Timeout);
        }

        Assert.Equal(0, await PendingAsync(folder.Path, model, learnsThen: false));
        var bytes = await File.ReadAllBytesAsync(model, Timeout);
        bytes[Gguf.GgufFile.Read(model).DataOffset]++;
        await File.WriteAllBytesAsync(model, bytes, Timeout);

        Assert.Equal(2, await PendingAsync(folder.Path, model, learnsThen: true));
        Assert.Equal(0, await PendingAsync(folder.Path, model, learnsThen: false));
    }

    [Fact]
    public async Task A_model_whose_file_is_replaced_while_the_host_runs_is_not_compared_with_the_one_before()
    {
        using var folder = new TemporaryFolder();
        var model = await ShippedModel.Embedding.UnpackAsync(folder.Path, Timeout);
        var loaded = Gguf.GgufFingerprint.Of(Gguf.GgufFile.Read(model));
        await using var host = new TestHost(new ScriptedLoader { Fingerprint = () => loaded }, configFolder: folder.Path, messageModel: _ => Task.FromResult(model));
        await using var dialogue = new Dialogue(host, Timeout);
        Add(host, "c", "user", "the boat reached the harbour at dawn");
        await host.Search.LearnAllAsync(Timeout);
        Assert.Single(Snippets(await SearchAsync(dialogue, "boat harbour", "semantic")));

        loaded = "another";
        await host.Shelf.UnloadAsync(Assert.Single(host.Shelf.Models), Caller.Local, force: true, mayTakeFromOthers: true);
        var words = await SearchAsync(dialogue, "harbour", "hybrid");
        var meaning = await SearchAsync(dialogue, "boat harbour", "semantic");

        Assert.Equal(["the boat reached the harbour at dawn"], Snippets(words));
        Assert.Equal("text", words.GetProperty("mode").GetString());
        Assert.Contains("replaced", meaning.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_find_nothing_of_it_unless_the_user_allows_it()
    {
        await using var host = new TestHost(new ScriptedLoader());
        Add(host, "a", "user", "boats in the harbour");
        await host.Search.LearnAllAsync(Timeout);
        await using var other = new Dialogue(host, Timeout, caller: new Caller(CallerKind.Extension, "chrome-extension://other/"));

        Assert.Empty(Snippets(await SearchAsync(other, "boats", "hybrid")));
        Assert.Equal("grant_required", (await SearchAsync(other, "boats", "hybrid", ""","origin":"*" """)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("memory", "insufficient_memory")]
    [InlineData("disk", "model_unreadable")]
    [InlineData("vectors", "model_unreadable")]
    public async Task Without_the_model_messages_are_found_by_their_words_and_it_is_said(string missing, string code)
    {
        using var folder = new TemporaryFolder();
        if (missing == "disk")
        {
            // A file where the folder is to be that the model is unpacked to.
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "cache"), "", Timeout);
        }
        else if (missing == "vectors")
        {
            // A folder where the file of vectors is to be.
            Directory.CreateDirectory(Path.Combine(folder.Path, "conversations", "vectors.bin"));
        }

        await using var host = new TestHost(new ScriptedLoader { Fits = () => missing != "memory" }, configFolder: folder.Path);
        await using var dialogue = new Dialogue(host, Timeout);
        Add(host, "a", "user", "boats in the harbour");

        var both = await SearchAsync(dialogue, "harbour", "hybrid");
        var words = await SearchAsync(dialogue, "harbour", "text");
        var meaning = await SearchAsync(dialogue, "harbour", "semantic");
        var conversations = await dialogue.AskAsync("""{"action":"search_conversations","query":"harbour"}""");

        Assert.Equal("text", both.GetProperty("mode").GetString());
        Assert.StartsWith("By words alone: the embedding model cannot be used.", both.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(words.TryGetProperty("message", out _));
        Assert.All([both, words], found => Assert.Equal(["boats in the harbour"], Snippets(found)));
        Assert.All([both, words], found => Assert.Equal(1, found.GetProperty("pending").GetInt32()));
        Assert.Equal(code, meaning.GetProperty("code").GetString());
        Assert.Equal(1, conversations.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_file_of_vectors_keeps_none_of_messages_that_went_while_nobody_followed()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "conversations", "vectors.bin");
        await using (var host = new TestHost(new ScriptedLoader(), configFolder: folder.Path))
        {
            Add(host, "a", "user", "boats in the harbour");
            Add(host, "b", "user", "boats at sea");
            await host.Search.LearnAllAsync(Timeout);
        }

        await using (var host = new TestHost(new ScriptedLoader(), configFolder: folder.Path))
        {
            host.Conversations.Open().Conversations.Delete(Local, "a");
        }

        var before = new FileInfo(file).Length;
        await using (var host = new TestHost(new ScriptedLoader(), configFolder: folder.Path))
        {
            await host.Search.LearnAllAsync(Timeout);
        }

        // A removal is a record behind the vector's.
        Assert.True(new FileInfo(file).Length > before);
    }

    [Fact]
    public async Task Words_wait_for_no_model()
    {
        using var folder = new TemporaryFolder();
        var model = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = new TestHost(new ScriptedLoader(), messageModel: cancellation => model.Task.WaitAsync(cancellation));
        await using var dialogue = new Dialogue(host, Timeout);
        Add(host, "a", "user", "boats in the harbour");
        var learning = host.Search.LearnAllAsync(Timeout);

        Assert.Equal(["boats in the harbour"], Snippets(await SearchAsync(dialogue, "harbour", "text")));
        Assert.Equal(1, (await dialogue.AskAsync("""{"action":"search_conversations","query":"harbour"}""")).GetProperty("total").GetInt32());
        Add(host, "a", "user", "boats at sea");
        Assert.Equal(2, (await SearchAsync(dialogue, "boats", "text")).GetProperty("pending").GetInt32());

        model.SetResult(await ShippedModel.Embedding.UnpackAsync(folder.Path, Timeout));
        await learning;
        Assert.Equal(0, (await SearchAsync(dialogue, "boats", "text")).GetProperty("pending").GetInt32());
        Assert.Equal("boats at sea", Snippets(await SearchAsync(dialogue, "boats at sea", "semantic"))[0]);
    }

    [Fact]
    public async Task No_score_and_no_count_tells_of_what_others_have_stored()
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var dialogue = new Dialogue(host, Timeout);
        Add(host, "a", "user", "boats in the harbour");
        Add(host, "a", "assistant", "bread and salt");
        await host.Search.LearnAllAsync(Timeout);
        var before = await AllAsync(dialogue);

        var (store, other) = (host.Conversations.Open(), new StoreCaller("chrome-extension://other/"));
        store.Conversations.Create(other, new NewConversation { Id = "theirs", Title = "boats boats" });
        store.Messages.Add(other, "theirs", [new NewMessage("user") { Content = "boats, boats and bread" }]);

        Assert.Equal(before, await AllAsync(dialogue));
    }

    [Theory]
    [InlineData("""  "query":"" """)]
    [InlineData("""  "query":"a","mode":"psychic" """)]
    [InlineData("""  "query":"a","limit":0 """)]
    [InlineData("""  "query":"a","from":-1 """)]
    public async Task What_is_wrong_with_a_request_is_said(string fields)
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var dialogue = new Dialogue(host, Timeout);

        Assert.Equal("invalid_request", (await dialogue.AskAsync($$"""{"action":"search_messages",{{fields}}}""")).GetProperty("code").GetString());
    }

    /// <summary>How many messages a host that starts has to learn.</summary>
    private static async Task<int> PendingAsync(string folder, string model, bool learnsThen)
    {
        await using var host = new TestHost(new ScriptedLoader(), configFolder: folder, messageModel: _ => Task.FromResult(model));
        await using var dialogue = new Dialogue(host, Timeout);
        Assert.Equal(["bread is baked with flour and water"], Snippets(await SearchAsync(dialogue, "flour", "text")));
        var pending = (await SearchAsync(dialogue, "flour", "hybrid")).GetProperty("pending").GetInt32();
        if (learnsThen)
        {
            await host.Search.LearnAllAsync(Timeout);
            Assert.Equal("bread is baked with flour and water", Snippets(await SearchAsync(dialogue, "flour water", "semantic"))[0]);
        }

        return pending;
    }

    private static void Add(TestHost host, string conversation, string role, string text)
    {
        var store = host.Conversations.Open();
        if (store.Conversations.Find(Local, conversation) is null)
        {
            store.Conversations.Create(Local, new NewConversation { Id = conversation, Title = "Talk" });
        }

        store.Messages.Add(Local, conversation, [new NewMessage(role) { Content = text }]);
    }

    private static Task<JsonElement> SearchAsync(Dialogue dialogue, string query, string mode, string more = "")
        => dialogue.AskAsync($$"""{"action":"search_messages","query":"{{query}}","mode":"{{mode}}"{{more}}}""");

    // What all ways of searching answer, but for the requests' ids.
    private static async Task<List<string>> AllAsync(Dialogue dialogue)
    {
        var answers = new List<string>();
        foreach (var mode in new[] { "text", "semantic", "hybrid" })
        {
            var answer = await SearchAsync(dialogue, "boats bread", mode);
            answers.AddRange([answer.GetProperty("results").GetRawText(), answer.GetProperty("pending").GetRawText()]);
        }

        answers.Add((await dialogue.AskAsync("""{"action":"search_conversations","query":"boats talk"}""")).GetProperty("conversations").GetRawText());
        return answers;
    }

    private static List<string> Snippets(JsonElement answer)
        => [.. answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("snippet").GetString()!)];
}
