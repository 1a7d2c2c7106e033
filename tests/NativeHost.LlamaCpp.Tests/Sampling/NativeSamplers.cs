using System.Runtime.InteropServices;
using NativeHost.LlamaCpp.Interop;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace NativeHost.LlamaCpp.Tests.Sampling;

/// <summary>The samplers of llama.h, name for name, for comparison; the host has its own.</summary>
internal static unsafe partial class NativeSamplers
{
    static NativeSamplers()
    {
        LlamaEngine.Start();
        NativeLibrary.SetDllImportResolver(typeof(NativeSamplers).Assembly, (name, _, _) => NativeLibraries.HandleOf(name));
    }

    /// <summary>What a sampler makes of logits, having seen tokens.</summary>
    /// <param name="sampler">It is freed.</param>
    /// <returns>The logits by token; minus infinity for those that were dropped.</returns>
    public static float[] Apply(nint sampler, ReadOnlySpan<float> logits, params ReadOnlySpan<int> seen)
    {
        foreach (var token in seen)
        {
            llama_sampler_accept(sampler, token);
        }

        try
        {
            return ApplyAgain(sampler, logits).Logits;
        }
        finally
        {
            llama_sampler_free(sampler);
        }
    }

    /// <summary>The same of a sampler that goes on, with the token that it has chosen, if it chooses one.</summary>
    public static (float[] Logits, int Selected) ApplyAgain(nint sampler, ReadOnlySpan<float> logits)
    {
        var data = new TokenData[logits.Length];
        for (var id = 0; id < data.Length; id++)
        {
            data[id] = new TokenData { Id = id, Logit = logits[id] };
        }

        var left = new float[logits.Length];
        Array.Fill(left, float.NegativeInfinity);
        fixed (TokenData* first = data)
        {
            var all = new TokenDataArray { Data = first, Size = (nuint)data.Length, Selected = -1 };
            llama_sampler_apply(sampler, &all);
            foreach (var one in new ReadOnlySpan<TokenData>(all.Data, (int)all.Size))
            {
                left[one.Id] = one.Logit;
            }

            return (left, all.Selected < 0 ? -1 : all.Data[all.Selected].Id);
        }
    }

    // void llama_sampler_accept(struct llama_sampler * smpl, llama_token token);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial void llama_sampler_accept(nint sampler, int token);

    // void llama_sampler_apply(struct llama_sampler * smpl, llama_token_data_array * cur_p);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial void llama_sampler_apply(nint sampler, TokenDataArray* candidates);

    // void llama_sampler_free(struct llama_sampler * smpl);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial void llama_sampler_free(nint sampler);

    // struct llama_sampler * llama_sampler_init_top_k(int32_t k);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_top_k(int k);

    // struct llama_sampler * llama_sampler_init_top_p(float p, size_t min_keep);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_top_p(float p, nuint leastKept);

    // struct llama_sampler * llama_sampler_init_min_p(float p, size_t min_keep);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_min_p(float p, nuint leastKept);

    // struct llama_sampler * llama_sampler_init_typical(float p, size_t min_keep);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_typical(float p, nuint leastKept);

    // struct llama_sampler * llama_sampler_init_temp(float t);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_temp(float temperature);

    // struct llama_sampler * llama_sampler_init_temp_ext(float t, float delta, float exponent);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_temp_ext(float temperature, float delta, float exponent);

    // struct llama_sampler * llama_sampler_init_xtc(float p, float t, size_t min_keep, uint32_t seed);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_xtc(float probability, float threshold, nuint leastKept, uint seed);

    // struct llama_sampler * llama_sampler_init_top_n_sigma(float n);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_top_n_sigma(float n);

    // struct llama_sampler * llama_sampler_init_mirostat_v2(uint32_t seed, float tau, float eta);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_mirostat_v2(uint seed, float target, float rate);

    // struct llama_sampler * llama_sampler_init_penalties(int32_t n_vocab, int32_t penalty_last_n, float repeat, float freq, float present);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_penalties(int vocabularySize, int window, float repetition, float frequency, float presence);

    // struct llama_sampler * llama_sampler_init_dry(const struct llama_vocab * vocab, float dry_multiplier, float dry_base,
    //     int32_t dry_allowed_length, int32_t dry_penalty_last_n, const char ** seq_breakers, size_t num_breakers);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_dry(nint vocabulary, float multiplier, float @base, int allowedLength, int window, byte** breakers, nuint count);

    // struct llama_sampler * llama_sampler_init_logit_bias(int32_t n_vocab, int32_t n_logit_bias, const llama_logit_bias * logit_bias);
    [LibraryImport(LlamaNative.Llama)]
    internal static partial nint llama_sampler_init_logit_bias(int vocabularySize, int count, LogitBiasData* biases);

    /// <summary>llama_token_data: 12 bytes.</summary>
    internal struct TokenData
    {
        public int Id;
        public float Logit;
        public float P;
    }

    /// <summary>llama_token_data_array: 32 bytes.</summary>
    internal struct TokenDataArray
    {
        public TokenData* Data;
        public nuint Size;
        public long Selected;
        public byte IsSorted;
    }

    /// <summary>llama_logit_bias: 8 bytes.</summary>
    internal struct LogitBiasData
    {
        public int Token;
        public float Bias;
    }
}
