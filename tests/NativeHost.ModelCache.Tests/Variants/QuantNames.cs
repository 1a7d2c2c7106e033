namespace NativeHost.ModelCache.Tests.Variants;

/// <summary>Names of files as publishers write them, and the label that each has.</summary>
internal static class QuantNames
{
    private const string Table =
        """
        Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf                          Q4_K_M
        Meta-Llama-3.1-8B-Instruct-Q4_K_L.gguf                          Q4_K_L
        Meta-Llama-3.1-8B-Instruct-Q3_K_XL.gguf                         Q3_K_XL
        Meta-Llama-3.1-8B-Instruct-Q2_K_L.gguf                          Q2_K_L
        Meta-Llama-3.1-8B-Instruct-Q6_K_L.gguf                          Q6_K_L
        Meta-Llama-3.1-8B-Instruct-Q4_0_4_4.gguf                        Q4_0_4_4
        Meta-Llama-3.1-8B-Instruct-Q4_0_4_8.gguf                        Q4_0_4_8
        Meta-Llama-3.1-8B-Instruct-Q4_0_8_8.gguf                        Q4_0_8_8
        Meta-Llama-3.1-8B-Instruct-IQ2_M.gguf                           IQ2_M
        Meta-Llama-3.1-8B-Instruct-IQ4_XS.gguf                          IQ4_XS
        Meta-Llama-3.1-8B-Instruct-f32.gguf                             F32
        Meta-Llama-3.1-70B-Instruct-Q8_0/Meta-Llama-3.1-70B-Instruct-Q8_0-00001-of-00002.gguf    Q8_0
        Meta-Llama-3-8B-Instruct.Q4_K_M.gguf                            Q4_K_M
        Meta-Llama-3-8B-Instruct.IQ3_XXS.gguf                           IQ3_XXS
        Meta-Llama-3-8B-Instruct-fp16.gguf                              F16
        Meta-Llama-3-70B-Instruct.Q5_K_M-00001-of-00002.gguf            Q5_K_M
        llama-2-7b-chat.Q2_K.gguf                                       Q2_K
        llama-2-7b-chat.Q3_K_S.gguf                                     Q3_K_S
        llama-2-7b-chat.Q3_K_L.gguf                                     Q3_K_L
        llama-2-7b-chat.Q4_0.gguf                                       Q4_0
        llama-2-7b-chat.Q5_0.gguf                                       Q5_0
        llama-2-7b-chat.Q5_K_S.gguf                                     Q5_K_S
        llama-2-7b-chat.Q6_K.gguf                                       Q6_K
        llama-2-7b-chat.Q8_0.gguf                                       Q8_0
        tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf                            Q4_K_M
        mistral-7b-instruct-v0.2.Q4_K_M.gguf                            Q4_K_M
        mixtral-8x7b-instruct-v0.1.Q3_K_M.gguf                          Q3_K_M
        Mixtral-8x22B-v0.1-Q4_K_M-00001-of-00005.gguf                   Q4_K_M
        phi-2.Q4_K_M.gguf                                               Q4_K_M
        Phi-3-mini-4k-instruct-q4.gguf                                  Q4
        Phi-3-mini-4k-instruct-fp16.gguf                                F16
        phi-4-Q4_K.gguf                                                 Q4_K
        phi-4-bf16.gguf                                                 BF16
        Phi-3.5-mini-instruct-Q4_K_M.gguf                               Q4_K_M
        qwen2.5-0.5b-instruct-q4_k_m.gguf                               Q4_K_M
        qwen2.5-0.5b-instruct-q8_0.gguf                                 Q8_0
        qwen2.5-7b-instruct-fp16-00001-of-00004.gguf                    F16
        qwen2.5-7b-instruct-q5_0-00001-of-00002.gguf                    Q5_0
        qwen2.5-coder-32b-instruct-q4_k_m.gguf                          Q4_K_M
        Qwen3-8B-Q4_K_M.gguf                                            Q4_K_M
        Qwen3-0.6B-Q8_0.gguf                                            Q8_0
        Qwen3-8B-UD-Q4_K_XL.gguf                                        UD-Q4_K_XL
        Qwen3-8B-UD-IQ1_S.gguf                                          UD-IQ1_S
        Qwen3-8B-UD-IQ3_XXS.gguf                                        UD-IQ3_XXS
        Qwen3-8B-UD-Q8_K_XL.gguf                                        UD-Q8_K_XL
        Qwen3-8B-IQ4_NL.gguf                                            IQ4_NL
        Qwen3-8B-BF16.gguf                                              BF16
        Qwen3-235B-A22B-UD-Q2_K_XL-00001-of-00002.gguf                  UD-Q2_K_XL
        UD-Q3_K_XL/Qwen3-235B-A22B-UD-Q3_K_XL-00001-of-00003.gguf       UD-Q3_K_XL
        UD-IQ2_M/GLM-4.5-Air-UD-IQ2_M-00001-of-00002.gguf               UD-IQ2_M
        UD-TQ1_0/DeepSeek-V3.1-UD-TQ1_0.gguf                            UD-TQ1_0
        DeepSeek-R1-UD-IQ1_M/DeepSeek-R1-UD-IQ1_M-00001-of-00004.gguf   UD-IQ1_M
        DeepSeek-R1-Q4_K_M/DeepSeek-R1-Q4_K_M-00001-of-00009.gguf       Q4_K_M
        DeepSeek-R1.BF16/DeepSeek-R1.BF16-00001-of-00030.gguf           BF16
        BF16/DeepSeek-V3-0324-BF16-00001-of-00030.gguf                  BF16
        Q4_K_M/model-00001-of-00003.gguf                                Q4_K_M
        UD-Q2_K_XL/shards-00001-of-00006.gguf                           UD-Q2_K_XL
        DeepSeek-V3-0324-UD-Q2_K_XL-00001-of-00006.gguf                 UD-Q2_K_XL
        DeepSeek-R1-0528-Qwen3-8B-UD-Q6_K_XL.gguf                       UD-Q6_K_XL
        DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf                       Q4_K_M
        Kimi-K2-Instruct-0905-UD-TQ1_0-00001-of-00006.gguf              UD-TQ1_0
        IQ2_KS/DeepSeek-V3.1-IQ2_KS-00001-of-00005.gguf                 IQ2_KS
        DeepSeek-V3-0324-IQ2_K_R4-00001-of-00005.gguf                   IQ2_K_R4
        DeepSeek-V3-0324-IQ4_K_R4-00001-of-00010.gguf                   IQ4_K_R4
        DeepSeek-R1-0528-IQ1_S_R4-00001-of-00003.gguf                   IQ1_S_R4
        DeepSeek-R1-0528-IQ3_K_R4-00001-of-00007.gguf                   IQ3_K_R4
        Model-IQ2_XXS_R4.gguf                                           IQ2_XXS_R4
        Model-Q8_0_R8.gguf                                              Q8_0_R8
        Model-Q8_K_R8.gguf                                              Q8_K_R8
        Model-BF16_R16.gguf                                             BF16_R16
        Model-Q8_KV.gguf                                                Q8_KV
        Qwen3-235B-A22B-mix-IQ3_K-00001-of-00003.gguf                   IQ3_K
        Qwen3-30B-A3B-mix-IQ4_K.gguf                                    IQ4_K
        Qwen3-14B-IQ4_KS.gguf                                           IQ4_KS
        GLM-4.5-IQ4_KSS-00001-of-00004.gguf                             IQ4_KSS
        GLM-4.5-IQ5_K-00001-of-00006.gguf                               IQ5_K
        GLM-4.5-IQ2_KL-00001-of-00003.gguf                              IQ2_KL
        GLM-4.5-Air-IQ1_KT.gguf                                         IQ1_KT
        Kimi-K2-Instruct-smol-IQ2_KS-00001-of-00006.gguf                IQ2_KS
        gpt-oss-20b-mxfp4.gguf                                          MXFP4
        gpt-oss-20b-MXFP4.gguf                                          MXFP4
        gpt-oss-120b-mxfp4-00001-of-00003.gguf                          MXFP4
        gpt-oss-20b-F16.gguf                                            F16
        gpt-oss-20b-UD-Q4_K_XL.gguf                                     UD-Q4_K_XL
        Qwen3-Coder-30B-A3B-Instruct-MXFP4_MOE.gguf                     MXFP4_MOE
        GLM-4.5-Air-MXFP4_MOE-00001-of-00002.gguf                       MXFP4_MOE
        NVIDIA-Nemotron-3-Nano-30B-A3B-NVFP4.gguf                       NVFP4
        gemma-2-2b-it-Q4_K_M.gguf                                       Q4_K_M
        gemma-3-4b-it-Q4_0.gguf                                         Q4_0
        gemma-3-4b-it-q4_0.gguf                                         Q4_0
        gemma-3-27b-it-q4_0_s.gguf                                      Q4_0_S
        gemma-3-1b-it-qat-q4_0.gguf                                     Q4_0
        gemma-3-12b-it-qat-q4_0-unquantized.Q8_0.gguf                   Q8_0
        gemma-3-12b-it-qat-q4_0-unquantized.i1-IQ2_M.gguf               IQ2_M
        gemma-3n-E4B-it-UD-Q4_K_XL.gguf                                 UD-Q4_K_XL
        gemma-3-270m-it-F16.gguf                                        F16
        gemma-1.1-7b-it.Q4_K_M.gguf                                     Q4_K_M
        gemma-2b-it-q8_0.gguf                                           Q8_0
        mmproj-F16.gguf                                                 F16
        mmproj-model-f16.gguf                                           F16
        Qwen2.5-VL-7B-Instruct-mmproj-bf16.gguf                         BF16
        Qwen2.5-VL-7B-Instruct.mmproj-Q8_0.gguf                         Q8_0
        mmproj-google_gemma-3-12b-it-f32.gguf                           F32
        ggml-model-i2_s.gguf                                            I2_S
        BitNet-b1.58-2B-4T-i2_s.gguf                                    I2_S
        ggml-model-tl1.gguf                                             TL1
        ggml-model-TL2.gguf                                             TL2
        ggml-model-f32.gguf                                             F32
        ggml-model-bf16.gguf                                            BF16
        ggml-model-q4_0.gguf                                            Q4_0
        ggml-model-Q4_K_M.gguf                                          Q4_K_M
        Falcon3-7B-Instruct-1.58bit-i2_s.gguf                           I2_S
        bitnet1582b4t-iq2_bn.gguf                                       IQ2_BN
        bitnet1582b4t-iq2_bn_r4.gguf                                    IQ2_BN_R4
        bitnet_b1_58-3B-IQ1_BN.gguf                                     IQ1_BN
        Llama3-8B-1.58-100B-tokens-TQ2_0.gguf                           TQ2_0
        Llama3-8B-1.58-100B-tokens-TQ1_0-F16.gguf                       TQ1_0
        TriLM_3.9B_Unpacked-TQ1_0.gguf                                  TQ1_0
        Bonsai-8B-Q1_0_g128.gguf                                        Q1_0_G128
        Bonsai-8B-Q1_0.gguf                                             Q1_0
        Ternary-Bonsai-8B-Q2_0.gguf                                     Q2_0
        Kunoichi-DPO-v2-7B-Q4_K_M-imatrix.gguf                          Q4_K_M
        L3-8B-Stheno-v3.2-Q4_K_M-imat.gguf                              Q4_K_M
        L3-8B-Stheno-v3.2-Q5_K_M-imat.gguf                              Q5_K_M
        miqu-1-70b.q4_k_m.gguf                                          Q4_K_M
        miqu-1-70b.q5_K_M.gguf                                          Q5_K_M
        Midnight-Miqu-70B-v1.5.i1-Q4_K_S.gguf                           Q4_K_S
        Midnight-Miqu-70B-v1.5.i1-IQ3_XXS.gguf                          IQ3_XXS
        Midnight-Miqu-70B-v1.5.i1-Q2_K_S.gguf                           Q2_K_S
        Midnight-Miqu-70B-v1.5.Q3_K_M.gguf                              Q3_K_M
        c4ai-command-r-plus-imat-IQ3_S-00001-of-00002.gguf              IQ3_S
        ggml-c4ai-command-r-plus-104b-iq3_xxs.gguf                      IQ3_XXS
        openhermes-2.5-mistral-7b-16k.Q4_K_M.gguf                       Q4_K_M
        dolphin-2.9.4-llama3.1-8b-Q4_K_M-HF.gguf                        Q4_K_M
        Hermes-3-Llama-3.1-8B.Q4_K_M.gguf                               Q4_K_M
        NousResearch_Hermes-4-14B-Q5_K_L.gguf                           Q5_K_L
        SmolLM2-135M-Instruct-Q4_K_M.gguf                               Q4_K_M
        smollm2-360m-instruct-q8_0.gguf                                 Q8_0
        SmolLM3-Q4_K_M.gguf                                             Q4_K_M
        LFM2-1.2B-Q4_0.gguf                                             Q4_0
        LFM2-350M-Extract-2025-09-01-Q5_1.gguf                          Q5_1
        granite-4.0-h-tiny-Q4_1.gguf                                    Q4_1
        granite-3.3-2b-instruct-f16.gguf                                F16
        EuroLLM-9B-Instruct-2024.12.02.Q4_K_M.gguf                      Q4_K_M
        stories15M-q4_0.gguf                                            Q4_0
        stories260K.gguf                                                -
        deepseek-coder-6.7b-instruct.Q5_K_M.gguf                        Q5_K_M
        Devstral-Small-2507-UD-Q5_K_XL.gguf                             UD-Q5_K_XL
        Ministral-3-3B-Instruct-2512-Q4_K_M.gguf                        Q4_K_M
        Mistral-Small-3.2-24B-Instruct-2506-Q8_0_L.gguf                 Q8_0_L
        Model-55IQ2_XXS-34Q2_K-07Q8_0-03F16.gguf                        IQ2_XXS
        GLM-Heretic-Q4_K_P.gguf                                         Q4_K_P
        nomic-embed-text-v1.5.Q4_K_M.gguf                               Q4_K_M
        bge-small-en-v1.5-f16.gguf                                      F16
        all-MiniLM-L6-v2-ggml-model-f16.gguf                            F16
        jina-reranker-v2-base-multilingual-FP16.gguf                    F16
        7B/ggml-model-q4_0.gguf                                         Q4_0
        fp16/model.gguf                                                 F16
        model.gguf                                                      -
        Q4_K_M.gguf                                                     Q4_K_M
        möde l Q4_K_M.gguf                                              Q4_K_M
        Qwen2-Audio-7B.gguf                                             -
        FQ4_K_M7.gguf                                                   -
        """;

    public static IReadOnlyList<(string Path, string? Label)> All { get; } =
    [
        .. Table.Split('\n').Select(line =>
        {
            var end = line.LastIndexOf(' ');
            var label = line[(end + 1)..].TrimEnd('\r');
            return (line[..end].TrimEnd(), label == "-" ? null : label);
        }),
    ];
}
