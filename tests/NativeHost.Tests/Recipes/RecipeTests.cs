using System.Text.Json;
using NativeHost.Actions.Recipes;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Recipes;

/// <summary>The original's ways to run a model, and which of them there are here.</summary>
public sealed class RecipeTests
{
    [Fact]
    public async Task The_originals_twelve_are_answered_in_its_shape_with_what_is_there()
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var client = new Dialogue(host, Patience.Token);

        var answer = await client.AskAsync("""{"action":"get_recipes"}""");

        Assert.Equal("success", answer.GetProperty("status").GetString());
        Assert.Equal(12, answer.GetProperty("total").GetInt32());
        var recipes = answer.GetProperty("recipes").EnumerateArray().ToList();
        Assert.Equal(
            [
                "bitnet-cpu", "bitnet-gpu", "onnx-cpu", "onnx-directml", "onnx-npu", "onnx-hybrid", "onnx-cuda", "llama-cpu", "llama-cuda", "llama-vulkan",
                "llama-metal", "mediapipe",
            ],
            recipes.Select(recipe => recipe.GetProperty("recipe").GetString()));
        Assert.Equal(
            """{"recipe":"llama-cpu","backend":"llama_cpp_cpu","acceleration":"cpu","file_format":".gguf","description":"GGUF models on the processor, with llama.cpp","hardware_required":"Any CPU","os_support":["Windows","Linux","macOS"],"available":true}""",
            recipes[7].GetRawText());
        Assert.All(recipes, recipe => Assert.Equal(
            recipe.GetProperty("available").ValueKind != JsonValueKind.True, recipe.TryGetProperty("reason", out _)));
    }

    [Fact]
    public void What_is_available_follows_from_the_libraries_that_are_there()
    {
        using var folder = new TemporaryFolder();
        folder.Write("", "LICENSE.llama.cpp.txt");

        Assert.DoesNotContain(RecipeTable.Of(folder.Path).All, recipe => recipe.Available != false);
        Assert.DoesNotContain(RecipeTable.Of(Path.Combine(folder.Path, "missing")).All, recipe => recipe.Available != false);

        folder.Write("", "libllama.v0.4.0.so");
        Assert.Equal(["bitnet-cpu", "llama-cpu"], RecipeTable.Of(folder.Path).All.Where(recipe => recipe.Available != false).Select(recipe => recipe.Name));

        folder.Write("", "libggml-vulkan.so");
        var vulkan = Assert.Single(RecipeTable.Of(folder.Path).All, recipe => recipe.Name == "llama-vulkan");
        Assert.Null(vulkan.Available);
        Assert.Contains("get_hardware_info tells", vulkan.Reason, StringComparison.Ordinal);

        Assert.True(Assert.Single(new RecipeTable(true, false, hasMetal: true).All, recipe => recipe.Name == "llama-metal").Available);
        Assert.Contains("take llama-vulkan", Assert.Single(RecipeTable.Of(folder.Path).All, recipe => recipe.Name == "llama-cuda").Reason, StringComparison.Ordinal);
    }
}
